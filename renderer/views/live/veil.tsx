/**
 * Covers a picture that is not live, so that it cannot be taken for one: hatched, with what is wrong in large letters.
 */
import type { ReactNode } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { formatAge, StationSentence, toneOf, useNow, type TileStatus } from '../kit.ts';

interface VeilProps {
  readonly status: TileStatus;
  readonly isCounting: boolean;
}

export function Veil({ status, isCounting }: VeilProps) {
  const { t } = useTranslation();
  const now = useNow(250);
  const words = wordsOf(status, { now, t, isCounting });
  if (words === null) return null;
  return (
    <div className="tw-veil" data-tone={toneOf(status.kind)} data-kind={status.kind}>
      <div className="tw-veil-words">
        <strong>{words.title}</strong>
        {words.lines.map((line, index) => (
          <span key={index}>{line}</span>
        ))}
        {words.next !== null && <em>{words.next}</em>}
      </div>
    </div>
  );
}

interface Words {
  readonly title: string;
  readonly lines: readonly ReactNode[];
  readonly next: string | null;
}

interface Circumstances {
  readonly now: number;
  readonly t: TFunction;
  readonly isCounting: boolean;
}

function wordsOf(status: TileStatus, { now, t, isCounting }: Circumstances): Words | null {
  const age = (since: number) => formatAge(t, now - since);
  const old = (since: number) => t('age.old', { age: age(since) });
  const words = (title: string, ...lines: ReactNode[]): Words => ({
    title,
    lines,
    next: null,
  });
  switch (status.kind) {
    case 'live':
      return null;
    case 'opening':
      return words(t('veil.opening'));
    case 'connecting': {
      const title =
        status.attempt > 1
          ? t('veil.connectingAgain', { attempt: status.attempt })
          : t('veil.connecting');
      return words(title);
    }
    case 'stale':
      return words(
        old(status.pictureAt),
        t('veil.stale'),
        isCounting ? t('veil.staleCounting') : t('live.notCounting'),
      );
    case 'stalled':
      return words(old(status.pictureAt), t('veil.stalled'));
    case 'frozen':
      return words(t('veil.frozen'), t('veil.frozenFor', { age: age(status.since) }));
    case 'offline': {
      const leftMs = status.retryAt - now;
      const next =
        leftMs > 0
          ? // Rounded up, so that it says 1 s until the try begins.
            t('veil.nextTry', { age: formatAge(t, leftMs + 999) })
          : t('veil.nextTryNow');
      return {
        ...words(
          t('veil.offline'),
          <b key="meaning">
            {t(`error.${status.reason.code}`)} <code>{status.reason.code}</code>
          </b>,
          <StationSentence
            key="reason"
            of={{ detail: status.reason.message, said: status.reason.said }}
          />,
        ),
        next: `${next} · ${t('veil.attempt', { attempt: status.attempt })}`,
      };
    }
    case 'ended':
      return words(t('veil.ended'), t('veil.endedHint'));
    case 'disabled':
      return words(t('veil.disabled'), t('veil.disabledHint'));
    case 'lost':
      return words(
        status.pictureAt === null ? t('veil.lost') : old(status.pictureAt),
        ...(status.pictureAt === null ? [] : [t('veil.lost')]),
      );
  }
}
