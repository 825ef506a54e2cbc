/**
 * What one arm of an experiment did, minute by minute: frames, boxes, crossings, how long its runs took, and what it missed.
 */
import type { ArmName } from '#contract/experiment-arm.ts';
import type { ArmMinute } from '#contract/experiment-event.ts';
import { fromStored, type StoredFacts } from './metric-facts.ts';
import {
  addSparse,
  addTime,
  createTimeHistogram,
  quantileOf,
  type TimeHistogram,
  toSparse,
} from './time-histogram.ts';

export interface MinuteBook {
  /** A frame was counted, at ms of the time line of the pictures. `inferMs` is null where no network had to look. */
  see(at: number, frame: SeenByArm): void;
  /** The network failed on a frame, or could not take it. */
  lose(at: number, why: 'failures' | 'drops', count?: number): void;
  cross(at: number): void;
  /** How many boxes of the other arm this one has too, on one frame. */
  agree(at: number, boxes: { readonly expected: number; readonly matched: number }): void;
  memory(rssBytes: number): void;
  minutes(): ArmMinute[];
}

export interface SeenByArm {
  readonly detections: readonly { readonly score: number }[];
  readonly inferMs: number | null;
}

const minuteMs = 60_000;

interface Entry {
  frames: number;
  detections: number;
  scoreSum: number;
  crossings: number;
  failures: number;
  drops: number;
  expected: number;
  matched: number;
  rssBytes: number | null;
  readonly times: TimeHistogram;
}

export function createMinuteBook(of: {
  readonly place: string;
  readonly arm: ArmName;
}): MinuteBook {
  const entries = new Map<number, Entry>();
  let rssBytes: number | null = null;

  function entryAt(at: number): Entry {
    const minute = Math.floor(at / minuteMs) * minuteMs;
    const known = entries.get(minute);
    if (known) return known;
    const entry: Entry = {
      ...{ frames: 0, detections: 0, scoreSum: 0, crossings: 0, failures: 0, drops: 0 },
      ...{ expected: 0, matched: 0, rssBytes, times: createTimeHistogram() },
    };
    entries.set(minute, entry);
    return entry;
  }

  return {
    see(at, { detections, inferMs }) {
      const entry = entryAt(at);
      entry.frames++;
      entry.detections += detections.length;
      for (const { score } of detections) entry.scoreSum += score;
      if (inferMs !== null) addTime(entry.times, inferMs);
    },
    lose(at, why, count = 1) {
      entryAt(at)[why] += count;
    },
    cross(at) {
      entryAt(at).crossings++;
    },
    agree(at, { expected, matched }) {
      const entry = entryAt(at);
      entry.expected += expected;
      entry.matched += matched;
    },
    memory(bytes) {
      rssBytes = bytes;
      const newest = [...entries.values()].at(-1);
      if (newest) newest.rssBytes = Math.max(newest.rssBytes ?? 0, bytes);
    },
    minutes: () =>
      [...entries]
        .sort(([one], [other]) => one - other)
        .map(([minute, { scoreSum, times, ...entry }]) => ({
          ...of,
          ...entry,
          minute,
          meanScore: entry.detections === 0 ? null : scoreSum / entry.detections,
          rssBytes: entry.rssBytes ?? rssBytes,
          ...timesOf(times),
        })),
  };
}

/** Two parts of the same minute of the same place and arm, as one. Pure. */
export function joinMinutes(one: ArmMinute, other: ArmMinute): ArmMinute {
  const times = createTimeHistogram();
  for (const { latency } of [one, other]) addSparse(times, latency);
  const sum = (value: (minute: ArmMinute) => number): number => value(one) + value(other);
  const detections = sum((minute) => minute.detections);
  const scores = sum((minute) => (minute.meanScore ?? 0) * minute.detections);
  const memory = [one, other].flatMap(({ rssBytes }) => (rssBytes === null ? [] : [rssBytes]));
  return {
    ...one,
    detections,
    meanScore: detections === 0 ? null : scores / detections,
    frames: sum(({ frames }) => frames),
    crossings: sum(({ crossings }) => crossings),
    failures: sum(({ failures }) => failures),
    drops: sum(({ drops }) => drops),
    expected: sum(({ expected }) => expected),
    matched: sum(({ matched }) => matched),
    rssBytes: memory.length === 0 ? null : Math.max(...memory),
    ...timesOf(times),
  };
}

/** The figures of a camera in one minute, as those of the arm that counted then. Pure. */
export function minuteOf(
  stored: StoredFacts,
): Omit<ArmMinute, 'place' | 'arm' | 'minute' | 'crossings'> {
  const { tallies, steps, highest } = fromStored(stored);
  const detections = tallies.detections ?? 0;
  return {
    frames: tallies.processed ?? 0,
    detections,
    meanScore: detections === 0 ? null : (tallies.scoreSum ?? 0) / detections,
    failures: tallies.failed ?? 0,
    drops: (tallies.dropped ?? 0) + (tallies.late ?? 0),
    ...{ expected: 0, matched: 0, rssBytes: highest.rssBytes ?? null },
    ...timesOf(steps.infer ?? createTimeHistogram()),
  };
}

function timesOf(times: TimeHistogram): {
  latency: [number, number][];
  p50Ms: number | null;
  p95Ms: number | null;
} {
  return {
    latency: toSparse(times),
    p50Ms: quantileOf(times, 0.5),
    p95Ms: quantileOf(times, 0.95),
  };
}
