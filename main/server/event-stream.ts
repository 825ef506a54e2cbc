/**
 * Server-sent events of the topics that a caller asked for, as far as this caller may hear them.
 */
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { includesRole } from '#contract/access.ts';
import { StationError } from '#contract/error.ts';
import { events, type Topic } from '#contract/events.ts';
import type { Identity } from '#engine/access/access.ts';
import { mayHear, onRightsLost } from '#engine/create-door.ts';
import type { Station } from '#engine/station.ts';

const keepAliveMs = 15_000;
/** Events that wait for a slow reader; beyond it the oldest overlay goes first, then the reader is cut off */
const maxWaitingEvents = 1_000;

/** @throws StationError ACC_001 when nobody is signed in, REQ_001 for an unknown topic */
export function streamEvents(context: Context, station: Station, identity: Identity): Response {
  const topics = readTopics(context.req.query('topics'));
  const isAllowed = (): boolean => includesRole(identity.caller().role, 'viewer');
  if (!isAllowed()) throw new StationError('ACC_001', 'Sign in first.');
  return streamSSE(context, async (sse) => {
    const waiting: { topic: Topic; data: string }[] = [];
    let wake: () => void = () => undefined;
    const stops = topics.map((topic) =>
      station.events.listen(topic, (event) => {
        if (!mayHear(identity.caller(), topic, event)) return;
        if (waiting.length >= maxWaitingEvents) {
          const overlay = waiting.findIndex((entry) => entry.topic === 'overlay');
          if (overlay < 0) sse.abort();
          else waiting.splice(overlay, 1);
        }
        waiting.push({ topic, data: JSON.stringify(event) });
        wake();
      }),
    );
    stops.push(onRightsLost({ identity, access: station.access }, () => sse.abort()));
    sse.onAbort(() => {
      for (const stop of stops) stop();
      wake();
    });
    await sse.write(': connected\n\n');
    while (!sse.aborted) {
      const next = waiting.shift();
      if (next) await sse.writeSSE({ event: next.topic, data: next.data });
      else await pauseUntil((resolve) => (wake = resolve), keepAliveMs);
      // A session that ends by age says so to nobody.
      if (!isAllowed()) sse.abort();
      else if (!next && waiting.length === 0) await sse.write(': \n\n');
    }
  });
}

function pauseUntil(onWake: (resolve: () => void) => void, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    onWake(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function readTopics(text: string | undefined): Topic[] {
  const names = (text ?? Object.keys(events).join(',')).split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !Object.hasOwn(events, name));
  if (unknown !== undefined || names.length === 0) {
    throw new StationError(
      'REQ_001',
      `"topics" is wrong: known are ${Object.keys(events).join(', ')}.`,
      { path: 'topics' },
    );
  }
  return names as Topic[];
}
