/**
 * What alerts can be about: a closed table with the unit of each metric, what it is read of, and what a rule may say.
 */

export type MetricUnit = 'ms' | 'percent' | 'events' | 'people' | 'sigma';

export interface MetricFacts {
  /** null for what is so or not: its value is 1 or 0 */
  readonly unit: MetricUnit | null;
  /** What a rule may watch with it, the usual one first */
  readonly scopes: readonly ('cameras' | 'camera' | 'zone' | 'station' | 'models')[];
  /** On which side of the limit it is bad */
  readonly condition: 'above' | 'below';
}

const perCamera = ['cameras', 'camera'] as const;
const station = ['station'] as const;

export const metricFacts = {
  /** Capture to crossing of a camera, 95th percentile of the newest frames */
  latency: { unit: 'ms', scopes: perCamera, condition: 'above' },
  /** Frames processed ÷ frames demanded; a picture in which nothing moved is processed */
  throughput: { unit: 'percent', scopes: perCamera, condition: 'below' },
  /** Share of all cores of this PC that is busy, with whatever else runs on it */
  cpu: { unit: 'percent', scopes: station, condition: 'above' },
  /** Share of the memory of this PC that is in use */
  memory: { unit: 'percent', scopes: station, condition: 'above' },
  /** Notices with a code and failures of the station itself in the last five minutes */
  errors: { unit: 'events', scopes: station, condition: 'above' },
  /** The lower one of recall and precision in the newest certificate of a line, while that holds */
  accuracy: { unit: 'percent', scopes: perCamera, condition: 'below' },
  /** No pictures come */
  'camera-offline': { unit: null, scopes: perCamera, condition: 'above' },
  /** Pictures come and do not change */
  'camera-frozen': { unit: null, scopes: perCamera, condition: 'above' },
  /** The camera was moved, covered, or sees only the dark */
  'camera-view': { unit: null, scopes: perCamera, condition: 'above' },
  /** How far the last hour of a line is from the same hour of the weeks before, in standard deviations */
  'count-anomaly': { unit: 'sigma', scopes: perCamera, condition: 'above' },
  /** Who is inside a zone, or on the site */
  occupancy: { unit: 'people', scopes: ['station', 'zone', 'cameras'], condition: 'above' },
  /** Stays in a zone, in the last minute, that became longer than the zone allows */
  loitering: { unit: 'events', scopes: ['cameras', 'camera', 'zone'], condition: 'above' },
  /** The line doctor says that a line cannot be counted where it lies */
  'line-trust': { unit: null, scopes: perCamera, condition: 'above' },
  /** The figures of a line in the last hour are not what they usually are, so that its counts are doubtful */
  'count-trust': { unit: null, scopes: perCamera, condition: 'above' },
  /** Free room ÷ the reserve that recordings must leave */
  disk: { unit: 'percent', scopes: station, condition: 'below' },
  /** The ledger cannot be written */
  database: { unit: null, scopes: station, condition: 'above' },
  /** The central database of many stations lacks what was counted longer ago than a quarter of an hour */
  'central-behind': { unit: null, scopes: station, condition: 'above' },
  /** A model was taken back by a guard rail in the last hour */
  'model-rolled-back': { unit: null, scopes: ['models'], condition: 'above' },
  /** Another model counts on a camera than should */
  'stand-in': { unit: null, scopes: perCamera, condition: 'above' },
  /** No model can count on a camera */
  'no-model': { unit: null, scopes: perCamera, condition: 'above' },
} as const satisfies Record<string, MetricFacts>;

/** What is so or not: a rule on it has the limit 1. */
export function isStateMetric(metric: keyof typeof metricFacts): boolean {
  return metricFacts[metric].unit === null;
}
