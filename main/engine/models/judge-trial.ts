/**
 * Decides whether a model that counts since a short while may stay: figures in, the reason to roll back out.
 */

/** What is known of the new version since it took over; of all its cameras together. */
export interface TrialEvidence {
  readonly frames: number;
  readonly failures: number;
  /** Frames at which both looked, sure boxes of the former one there, of these found by the new one, sure boxes of the new one */
  readonly compared: number;
  readonly expectedBoxes: number;
  readonly matchedBoxes: number;
  readonly foundBoxes: number;
  /** Half of its runs, and all but a twentieth, take no longer, ms; null before there is one */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly formerP95Ms: number | null;
  /** Time between two frames of its fastest camera, ms */
  readonly frameMs: number;
  /** For how long the oldest run in flight has been running, ms */
  readonly oldestRunMs: number;
  /** Growth of the memory of its workers since it took over, bytes */
  readonly growthBytes: number;
  /** How often a worker has ended since it took over */
  readonly workerEnds: number;
  /** Sure boxes per frame, now and with the former one before */
  readonly boxesPerFrame: number;
  readonly formerBoxesPerFrame: number;
  readonly framesBefore: number;
  /** Crossings since it took over, and as many as the time before would make expect */
  readonly crossings: number;
  readonly expectedCrossings: number;
}

/** Guard rails; each says from how much evidence on it speaks. */
export const trialLimits = {
  minFrames: 10,
  failureShare: 0.05,
  minBoxes: 30,
  /** Share of the former one's sure boxes that the new one must find too */
  matchedShare: 0.6,
  /** From so many matched on, a change of the traffic is believed */
  provenShare: 0.8,
  minTimedFrames: 20,
  /** From so many on the slowest twentieth speaks, too: before, it is what the PC did in one bad second */
  minTailFrames: 200,
  slowFactor: 3,
  /** A run longer than this, and than so many times the usual, never ends (SERVING.md) */
  wedgedMs: 5_000,
  wedgedFactor: 10,
  growthBytes: 700e6,
  minRateFrames: 300,
  rateShare: 0.3,
  minCrossings: 20,
  crossingShare: 0.25,
} as const;

/** Why the former version must come back, a sentence for the person; null while nothing speaks against the new one. */
export function judgeTrial(evidence: TrialEvidence, limits = trialLimits): string | null {
  const { frames, failures, expectedBoxes, matchedBoxes, p50Ms, p95Ms, formerP95Ms } = evidence;
  if (evidence.workerEnds > 0) return 'its worker process broke down';
  if (evidence.oldestRunMs > wedgedAfterMs(formerP95Ms, limits)) {
    return `a run did not end within ${seconds(evidence.oldestRunMs)} s`;
  }
  if (frames >= limits.minFrames && failures / frames > limits.failureShare) {
    return `it failed on ${percent(failures / frames)} of the frames`;
  }
  if (evidence.growthBytes > limits.growthBytes) {
    return `its memory grew by ${String(Math.round(evidence.growthBytes / 1e6))} MB`;
  }
  const matched = expectedBoxes === 0 ? 1 : matchedBoxes / expectedBoxes;
  if (expectedBoxes >= limits.minBoxes && matched < limits.matchedShare) {
    return `it finds only ${percent(matched)} of what the model before finds on the same frames`;
  }
  if (p50Ms !== null && formerP95Ms !== null && frames >= limits.minTimedFrames) {
    const runMs = frames >= limits.minTailFrames ? (p95Ms ?? p50Ms) : p50Ms;
    const limitMs = Math.max(limits.slowFactor * formerP95Ms, evidence.frameMs);
    if (runMs > limitMs) {
      return `it needs ${ms(runMs)} for a frame, and more than ${ms(limitMs)} is too slow here`;
    }
  }
  return judgeRates(evidence, matched, limits);
}

/** How long a run may take before it counts as one that never ends, ms. */
export function wedgedAfterMs(formerP95Ms: number | null, limits = trialLimits): number {
  return Math.max(limits.wedgedMs, limits.wedgedFactor * (formerP95Ms ?? 0));
}

/** Fewer boxes or crossings than before may be the world's doing: not where both versions agree on the same frames. */
function judgeRates(
  evidence: TrialEvidence,
  matched: number,
  limits: typeof trialLimits,
): string | null {
  const isProven = evidence.expectedBoxes >= limits.minBoxes && matched >= limits.provenShare;
  if (isProven) return null;
  const { frames, framesBefore, boxesPerFrame, formerBoxesPerFrame } = evidence;
  const isRateKnown =
    Math.min(frames, framesBefore) >= limits.minRateFrames &&
    formerBoxesPerFrame * frames >= limits.minBoxes;
  if (isRateKnown && boxesPerFrame < limits.rateShare * formerBoxesPerFrame) {
    return `it finds ${percent(boxesPerFrame / formerBoxesPerFrame)} of what was found before it`;
  }
  const { crossings, expectedCrossings } = evidence;
  const isCounted = expectedCrossings >= limits.minCrossings;
  if (isCounted && crossings < limits.crossingShare * expectedCrossings) {
    return `it has counted ${String(crossings)} crossings where about ${String(Math.round(expectedCrossings))} were expected`;
  }
  return null;
}

function percent(share: number): string {
  return `${String(Math.round(share * 100))} %`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function ms(value: number): string {
  return `${String(Math.round(value))} ms`;
}
