/**
 * What is told about an alert.
 */
import type { StationSentence } from './station-sentence.ts';

export interface AlertNotice {
  readonly alertId: string;
  readonly ruleId: string;
  readonly metric: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly phase: 'firing' | 'escalated' | 'acknowledged' | 'resolved' | 'test';
  /** Name of the camera, worker, model or site it is about */
  readonly subject: string | null;
  readonly cameraId: string | null;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string | null;
  /** Unix time in ms since when it is bad */
  readonly since: number;
  /** Unix time in ms of this notice */
  readonly at: number;
  /** One English sentence: what is wrong */
  readonly detail: string;
  readonly said?: StationSentence | undefined;
}
