/**
 * Decides whether a new version may count, by what it and the one that counts have found on the same videos.
 */
import type { RehearsalClip } from '#contract/rehearsal.ts';

export interface RehearsalFacts {
  readonly clips: readonly RehearsalClip[];
  /** Whether what the champion finds is a measure: not the built-in detector, which is made for simulated scenes */
  readonly isComparable: boolean;
  /** Share of this PC's inference threads that it would take, 0…1; null when not known */
  readonly load: number | null;
  /** Time between two frames of the fastest camera, ms */
  readonly frameMs: number;
}

export interface RehearsalVerdict {
  readonly isPassed: boolean;
  readonly reasons: string[];
  readonly remarks: string[];
}

export const rehearsalLimits = {
  /** From so many sure boxes of the champion on, its boxes are a measure */
  minBoxes: 20,
  matchedShare: 0.75,
  /** So many crossings, or this share of those of the champion, may be missing */
  missingCrossings: 1,
  missingShare: 0.1,
  slowFactor: 3,
  load: 1,
  /** More memory than the champion's process, and growth within one video, bytes */
  moreBytes: 1e9,
  growthBytes: 200e6,
} as const;

/** Pure. A version that finds more passes with a remark: only a person can tell whether it is right. */
export function judgeRehearsal(facts: RehearsalFacts, limits = rehearsalLimits): RehearsalVerdict {
  const reasons: string[] = [];
  const remarks: string[] = [];
  for (const clip of facts.clips) {
    const { challenger } = clip;
    // Why it broke down is among the reasons already.
    if (!challenger) continue;
    reasons.push(...tooSlow(clip, facts.frameMs, limits), ...tooLarge(clip, limits));
    if (facts.isComparable) reasons.push(...missing(clip, limits));
    if (facts.isComparable) remarks.push(...more(clip));
  }
  if (facts.load !== null && facts.load > limits.load) {
    reasons.push(
      `It would take ${String(Math.round(facts.load * 100))} % of this PC’s inference threads: use a smaller model, fewer frames per second, or fewer cameras.`,
    );
  }
  remarks.push(...unproven(facts, limits));
  return { isPassed: reasons.length === 0, reasons, remarks };
}

type Limits = typeof rehearsalLimits;

function missing(clip: RehearsalClip, limits: Limits): string[] {
  const { name, champion, challenger, expectedBoxes, matchedBoxes } = clip;
  const share = expectedBoxes === 0 ? 1 : matchedBoxes / expectedBoxes;
  const boxes =
    expectedBoxes >= limits.minBoxes && share < limits.matchedShare
      ? [
          `On ${name} it finds ${String(Math.round(share * 100))} % of what the model that counts finds, less than ${String(limits.matchedShare * 100)} %.`,
        ]
      : [];
  const lines = Object.entries(champion.crossings).flatMap(([line, expected]) => {
    const counted = challenger?.crossings[line] ?? 0;
    const allowed = Math.max(limits.missingCrossings, limits.missingShare * expected);
    return expected - counted > allowed
      ? [
          `On ${name} it counts ${String(counted)} at the line ${line} where ${String(expected)} are counted now.`,
        ]
      : [];
  });
  return [...boxes, ...lines];
}

function more({ name, champion, challenger }: RehearsalClip): string[] {
  return Object.entries(challenger?.crossings ?? {}).flatMap(([line, counted]) => {
    const expected = champion.crossings[line] ?? 0;
    const isMore =
      counted - expected >
      Math.max(rehearsalLimits.missingCrossings, rehearsalLimits.missingShare * expected);
    return isMore
      ? [
          `On ${name} it counts ${String(counted)} at the line ${line} where ${String(expected)} are counted now: look whether it is right.`,
        ]
      : [];
  });
}

function tooSlow(clip: RehearsalClip, frameMs: number, limits: Limits): string[] {
  const { champion, challenger } = clip;
  if (!challenger || challenger.p95Ms === 0) return [];
  const limitMs = Math.max(limits.slowFactor * champion.p95Ms, frameMs);
  return challenger.p95Ms > limitMs
    ? [
        `On ${clip.name} a frame takes ${String(Math.round(challenger.p95Ms))} ms, where ${String(Math.round(limitMs))} ms is the limit here.`,
      ]
    : [];
}

function tooLarge({ name, champion, challenger }: RehearsalClip, limits: Limits): string[] {
  if (!challenger) return [];
  const extra = challenger.rssBytes - champion.rssBytes;
  const mb = (bytes: number): string => `${String(Math.round(bytes / 1e6))} MB`;
  return [
    ...(extra > limits.moreBytes
      ? [`It takes ${mb(extra)} of memory more than the model that counts.`]
      : []),
    ...(challenger.growthBytes - Math.max(0, champion.growthBytes) > limits.growthBytes
      ? [`Its memory grew by ${mb(challenger.growthBytes)} on ${name}.`]
      : []),
  ];
}

function unproven({ clips, isComparable }: RehearsalFacts, limits: Limits): string[] {
  if (clips.length === 0) {
    return ['No camera is live and there are no golden clips, so nothing was compared.'];
  }
  if (!isComparable) {
    return ['The built-in detector counts now, and what it finds is no measure for another model.'];
  }
  const expected = clips.reduce((sum, clip) => sum + clip.expectedBoxes, 0);
  return expected < limits.minBoxes
    ? ['Hardly anybody was on the pictures, so little was compared; it is watched when it counts.']
    : [];
}
