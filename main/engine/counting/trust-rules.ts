/**
 * What makes a figure of an hour suspect: which way is worse, and how much it scatters by itself.
 */
import type { TrustFigure, TrustReasonCode } from '#contract/trust.ts';

export interface Rule {
  readonly code: TrustReasonCode;
  /** Which way is worse; 0 when both are */
  readonly worse: 1 | -1 | 0;
  /** A spread below this is luck: in the figure's unit, and as a share of the median */
  readonly floor: number;
  readonly floorShare: number;
  /** Variance of one track (of a share p), by which small hours scatter more */
  readonly ofOne: (usual: number) => number;
  /** Above one half it is bad, however usual it is there */
  readonly isBreaking?: boolean;
}

const none = (): number => 0;
const ofShare = (p: number): number => Math.max(0.01, p * (1 - p));
/** Variance of the share of frames in which one track is found: some are hidden for half of their life */
const ofSeen = (): number => 0.02;

const breaking = {
  worse: 1,
  floor: 0.02,
  floorShare: 0.1,
  ofOne: ofShare,
  isBreaking: true,
} as const;

export const figureRules: readonly (Rule & { readonly figure: TrustFigure })[] = [
  { figure: 'bornShare', code: 'many-born', ...breaking },
  { figure: 'endedShare', code: 'many-ended', ...breaking },
  { figure: 'fragments', code: 'many-fragments', ...breaking },
  { figure: 'switches', code: 'identities-switch', ...breaking },
  { figure: 'jitterBands', code: 'trembling', worse: 1, floor: 0.02, floorShare: 0.1, ofOne: none },
  { figure: 'heightPx', code: 'size-changed', worse: 0, floor: 1, floorShare: 0.05, ofOne: none },
  { figure: 'score', code: 'low-score', worse: -1, floor: 0.01, floorShare: 0.01, ofOne: none },
  {
    ...{ figure: 'framesPerSecond', code: 'few-frames', worse: -1 },
    ...{ floor: 0.1, floorShare: 0.05, ofOne: none },
  },
  {
    ...{ figure: 'brightness', code: 'light-changed', worse: 0 },
    ...{ floor: 0.02, floorShare: 0.06, ofOne: none },
  },
  { figure: 'sharpness', code: 'blurred', worse: -1, floor: 0.1, floorShare: 0.04, ofOne: none },
  { figure: 'shakePx', code: 'shaking', worse: 1, floor: 0.1, floorShare: 0.1, ofOne: none },
];

/** Share of one label among the tracks at a line. */
export const mixRule: Rule = {
  ...{ code: 'mix-changed', worse: 0, floor: 0.03, floorShare: 0, ofOne: ofShare },
};
/** Share of the frames in which a group is found, and of its tracks that break. */
export const seenRule: Rule = {
  ...{ code: 'seen-less', worse: -1, floor: 0.01, floorShare: 0, ofOne: ofSeen },
};
export const groupBreakRule: Rule = {
  ...{ code: 'breaks-more', worse: 1, floor: 0.02, floorShare: 0.1, ofOne: ofShare },
};
