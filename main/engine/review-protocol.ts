/**
 * What the station and its review thread say to each other: questions about the past that take a while to answer.
 */
import type { CameraId } from '#contract/camera.ts';
import type { Anchor, Crossing, Line } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { ErrorBody } from '#contract/error.ts';
import type { JudgedHour, TrustHour } from '#contract/trust.ts';
import type { Zone } from '#contract/zone.ts';
import type { LineCheck, LineMap, NearMiss, Receipt, WhatIf } from '#contract/trajectory.ts';
import type { RecordedBoxes } from './recorded-boxes.ts';
import type { MeasuredHour } from './store/trust-hours.ts';

export interface HourQuestion {
  readonly cameraId: CameraId;
  readonly lines: readonly Line[];
  readonly zones: readonly Zone[];
  /** Start of a full hour, Unix ms */
  readonly from: number;
}

export interface ReviewQuestions {
  readonly whatIf: {
    readonly input: {
      readonly draft: Line;
      readonly old: Line | null;
      /** Edges of the buckets, rising; n + 1 for n buckets, Unix ms */
      readonly edges: readonly number[];
    };
    readonly output: Omit<WhatIf, 'tookMs'>;
  };
  readonly nearMisses: {
    readonly input: { readonly line: Line; readonly span: TimeSpan; readonly limit: number };
    readonly output: {
      readonly misses: NearMiss[];
      readonly tracks: number;
      readonly observedSeconds: number;
    };
  };
  readonly receipt: {
    readonly input: { readonly crossing: Crossing; readonly line: Line; readonly now: number };
    readonly output: Pick<Receipt, 'pathState' | 'picture' | 'path' | 'rule'>;
  };
  readonly boxes: {
    readonly input: { readonly cameraId: CameraId; readonly span: TimeSpan };
    readonly output: RecordedBoxes;
  };
  readonly check: {
    readonly input: Pick<Line, 'cameraId' | 'points' | 'anchor' | 'labels'>;
    readonly output: LineCheck;
  };
  readonly map: {
    readonly input: { readonly cameraId: CameraId; readonly anchor: Anchor };
    readonly output: LineMap;
  };
  /** Figures of an hour from its paths */
  readonly measureHour: {
    readonly input: HourQuestion;
    readonly output: MeasuredHour;
  };
  /** Hours of a line that were measured, each judged by those around it */
  readonly trust: {
    readonly input: { readonly line: Line; readonly span: TimeSpan };
    readonly output: { readonly hours: TrustHour[]; readonly knownHours: number };
  };
  /** The same without the figures */
  readonly trustVerdicts: {
    readonly input: { readonly line: Line; readonly span: TimeSpan };
    readonly output: { readonly hours: JudgedHour[]; readonly knownHours: number };
  };
}

export type QuestionName = keyof ReviewQuestions;
export type QuestionInput<N extends QuestionName> = ReviewQuestions[N]['input'];
export type QuestionOutput<N extends QuestionName> = ReviewQuestions[N]['output'];

export type ToReview =
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly name: QuestionName;
      readonly input: unknown;
      /** One number: anything but 0 says that nobody waits for the answer any more */
      readonly cancelled: SharedArrayBuffer;
    }
  | { readonly kind: 'close' };

export type FromReview =
  | { readonly kind: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly error: ErrorBody };
