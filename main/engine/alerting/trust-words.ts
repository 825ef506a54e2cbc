/**
 * Says in a sentence why the counts of an hour are doubtful, for whoever gets the alert.
 */
import { type Said, say } from '#contract/station-sentence.ts';
import type { TrustHour, TrustReason, TrustReasonCode } from '#contract/trust.ts';

type Form = 'percent' | 'number';

/** What is told; null for what alerts of cameras tell, or what is no fault. */
const words: Readonly<Record<TrustReasonCode, readonly [text: string, form: Form] | null>> = {
  'many-born': ['tracks that begin at the line', 'percent'],
  'many-ended': ['tracks that end at the line', 'percent'],
  'many-fragments': ['passages with a broken track', 'percent'],
  'identities-switch': ['passages with a changed identity', 'percent'],
  trembling: ['trembling of boxes in bands', 'number'],
  'size-changed': ['height of boxes in px', 'number'],
  'low-score': ['score of what was counted', 'number'],
  'few-frames': ['frames looked at per second', 'number'],
  'few-tracks': ['tracks at the line', 'number'],
  'mix-changed': ['share of', 'percent'],
  'light-changed': ['brightness', 'percent'],
  blurred: ['sharpness in levels', 'number'],
  shaking: ['shaking in px', 'number'],
  'seen-less': ['frames that find', 'percent'],
  'breaks-more': ['broken tracks of', 'percent'],
  'all-seen-less': ['frames that find anybody', 'percent'],
  'all-break-more': ['broken tracks', 'percent'],
  'not-observed': null,
  'no-normal-yet': null,
  'too-few-to-tell': null,
};
const mostReasons = 3;

/** Null when there is nothing to tell. In English it names what differs; a page shows that on Trust. */
export function tellHour(lineName: string, { verdict, reasons }: TrustHour): Said | null {
  const told = reasons.flatMap((reason) => tell(reason) ?? []).slice(0, mostReasons);
  if (told.length === 0 || (verdict !== 'doubtful' && verdict !== 'unreliable')) return null;
  const { said } = say(verdict === 'doubtful' ? 'countsDoubtful' : 'countsUnreliable', {
    line: lineName,
  });
  return {
    said,
    detail: `The counts of "${lineName}" in the last hour are ${verdict}: ${told.join('; ')}. Open Trust to see the hour and what to do.`,
  };
}

function tell({ code, value, usual, of }: TrustReason): string | null {
  const known = words[code];
  if (known === null) return null;
  const [text, form] = known;
  const write = (figure: number | null): string => {
    if (figure === null) return '–';
    return form === 'percent'
      ? `${String(Math.round(figure * 100))} %`
      : String(Math.round(figure * 100) / 100);
  };
  return `${text}${of === undefined ? '' : ` ${of}`} ${write(value)} (usual ${write(usual)})`;
}
