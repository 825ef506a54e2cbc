/**
 * Sends one notice through one channel, once: composes it, hands it to the channel's kind, and limits the time it may take.
 */
import { StationError } from '#contract/error.ts';
import { readAttachments } from './attachments.ts';
import type { OpenChannel } from './channel-secrets.ts';
import { compose, type Surroundings } from './compose.ts';
import { type Conceal, concealer } from './conceal.ts';
import type { Delivery, Receiver } from './kinds/delivery.ts';
import { sendMqtt } from './kinds/mqtt.ts';
import { sendPagerDuty } from './kinds/pagerduty.ts';
import { sendReport } from './kinds/report.ts';
import { sendSlack } from './kinds/slack.ts';
import { sendMail } from './kinds/smtp.ts';
import { sendWebhook } from './kinds/webhook.ts';
import type { Notice } from './notice.ts';
import { composeReport } from './report-message.ts';

/** Files of some megabytes take longer than a few sentences. */
const longerWithFiles = 6;

export interface Sending {
  readonly notice: Notice;
  /** The same in every try */
  readonly key: string;
  /** Unix time in ms */
  readonly at: number;
  readonly around: Omit<Surroundings, 'language'>;
  readonly timeoutMs: number;
  /** Aborted when the station closes */
  readonly signal: AbortSignal;
}

/**
 * Resolves when the receiver has taken it.
 * @throws StationError MSG_001, MSG_002, without the channel's secret in it; SYS_005 when that secret cannot be read
 */
export async function deliver(channel: OpenChannel, sending: Sending): Promise<void> {
  const { notice, key, at, around, signal } = sending;
  const timeoutMs = sending.timeoutMs * (notice.phase === 'report' ? longerWithFiles : 1);
  if (channel.lost !== null) throw channel.lost;
  const { settings, language } = channel.definition;
  const conceal = concealer(channel.secret, settings);
  const timeout = AbortSignal.timeout(timeoutMs);
  const receiver: Receiver = {
    ...{ settings, key, at, station: around.station, secret: channel.secret, conceal },
    signal: AbortSignal.any([signal, timeout]),
  };
  try {
    await sendTo(receiver, notice, { ...around, language });
  } catch (error) {
    if (timeout.aborted) {
      throw new StationError(
        'MSG_001',
        `The receiver of "${channel.definition.name}" did not answer within ${String(timeoutMs / 1000)} s. Check the address and the network.`,
      );
    }
    throw concealed(StationError.from(error, 'MSG_001'), conceal);
  }
}

async function sendTo(receiver: Receiver, notice: Notice, around: Surroundings): Promise<void> {
  if (notice.phase !== 'report') {
    const cameraName = notice.cameraId === null ? null : around.cameraName(notice.cameraId);
    return sendBy({ ...receiver, notice, message: compose(notice, around), cameraName });
  }
  const { report } = notice;
  const attachments = await readAttachments(report.files);
  const message = composeReport(report, attachments, around);
  return sendReport({ ...receiver, report, message, attachments });
}

function sendBy(delivery: Delivery): Promise<void> {
  const { settings } = delivery;
  switch (settings.kind) {
    case 'smtp':
      return sendMail({ ...delivery, settings });
    case 'slack':
      return sendSlack({ ...delivery, settings });
    case 'pagerduty':
      return sendPagerDuty({ ...delivery, settings });
    case 'webhook':
      return sendWebhook({ ...delivery, settings });
    case 'mqtt':
      return sendMqtt({ ...delivery, settings });
  }
}

/** The same error, once more without secrets, and without its cause, which a log would print. */
function concealed(error: StationError, conceal: Conceal): StationError {
  const { code, message, retryAfterS } = error;
  return new StationError(code, conceal(message), retryAfterS === undefined ? {} : { retryAfterS });
}
