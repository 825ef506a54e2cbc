/**
 * The trial of one swap: gathers what the workers report of the new version and asks the guard rails about it.
 */
import type { CameraId } from '#contract/camera.ts';
import type { ModelTrial } from '#contract/rehearsal.ts';
import type { Clock } from './base/clock.ts';
import { addBoxes, noBoxes } from './box-agreement.ts';
import type { Fleet } from './fleet.ts';
import { judgeTrial, type TrialEvidence, wedgedAfterMs } from './models/judge-trial.ts';
import type { CameraReport } from './worker-protocol.ts';

export interface TrialSubject {
  readonly digest: string;
  readonly former: string;
  readonly cameraId: CameraId | null;
  /** What the alias named before; null for a camera that followed the site */
  readonly formerAlias: string | null;
  /** The cameras that were changed */
  readonly cameraIds: readonly CameraId[];
  /** Whether what the former one finds is a measure */
  readonly isComparable: boolean;
}

export interface TrialDeps {
  readonly fleet: Pick<Fleet, 'workers'>;
  readonly clock: Clock;
  readonly lengthMs: number;
  readonly fpsOf: (cameraId: CameraId) => number;
  /** Crossings on these cameras within a span of Unix times in ms */
  readonly countCrossings: (
    cameraIds: readonly CameraId[],
    span: { readonly from: number; readonly to: number },
  ) => Promise<number>;
}

export interface TrialWatch {
  readonly subject: TrialSubject;
  /** Looks at the newest reports: why the former version must come back, or null. */
  look(): Promise<string | null>;
  /** Workers whose run has not ended for too long; nothing but their end helps */
  wedged(): string[];
  isOver(): boolean;
  view(state: ModelTrial['state'], reason?: string): ModelTrial;
}

/** A single count of crossings is asked for so often, ms: it reads the ledger. */
const crossingsEveryMs = 15_000;

/** Call it before the swap: it notes how the former version did. */
export function watchTrial(subject: TrialSubject, deps: TrialDeps): TrialWatch {
  const { fleet, clock } = deps;
  const from = clock.now();
  const before = reportsOf(subject.cameraIds);
  const rssBefore = new Map(
    fleet.workers().map(({ handle }) => [handle.id, handle.report()?.rssBytes ?? 0]),
  );
  const endsBefore = restarts();
  const formerP95Ms = worst(before.map(({ timings }) => timings.infer.p95Ms));
  let crossings = 0;
  let expectedCrossings = 0;
  let askedMs = clock.monotonicMs();

  function reportsOf(cameraIds: readonly CameraId[]): CameraReport[] {
    return fleet
      .workers()
      .flatMap(({ handle }) => handle.report()?.cameras ?? [])
      .filter(({ cameraId }) => cameraIds.includes(cameraId));
  }

  function restarts(): number {
    return fleet.workers().reduce((sum, worker) => sum + worker.restarts, 0);
  }

  function workersOf(): ReturnType<Fleet['workers']> {
    const isOurs = (id: CameraId) => subject.cameraIds.includes(id);
    return fleet.workers().filter(({ cameras }) => cameras.some(isOurs));
  }

  async function countCrossings(): Promise<void> {
    const now = clock.now();
    const lengthMs = now - from;
    const { cameraIds } = subject;
    crossings = await deps.countCrossings(cameraIds, { from, to: now });
    expectedCrossings = await deps.countCrossings(cameraIds, { from: from - lengthMs, to: from });
  }

  function evidence(): TrialEvidence {
    const own = reportsOf(subject.cameraIds).filter(
      ({ modelDigest }) => modelDigest === subject.digest,
    );
    const trials = own.flatMap(({ trial }) => (trial?.digest === subject.digest ? [trial] : []));
    const boxes = trials.reduce((sum, { agreement }) => addBoxes(sum, agreement), noBoxes);
    const looked = sum(own.map((camera) => camera.looked));
    const lookedBefore = sum(before.map((camera) => camera.looked));
    const isSpeedKnown = own.some(({ timings }) => timings.infer.p95Ms > 0);
    return {
      frames: looked,
      failures: sum(own.map(({ failures }) => failures)),
      compared: sum(trials.map(({ compared }) => compared)),
      expectedBoxes: subject.isComparable ? boxes.expected : 0,
      matchedBoxes: subject.isComparable ? boxes.matched : 0,
      foundBoxes: boxes.found,
      p50Ms: isSpeedKnown ? worst(own.map(({ timings }) => timings.infer.p50Ms)) : null,
      p95Ms: isSpeedKnown ? worst(own.map(({ timings }) => timings.infer.p95Ms)) : null,
      formerP95Ms: formerP95Ms > 0 ? formerP95Ms : null,
      frameMs: 1000 / Math.max(1, ...subject.cameraIds.map(deps.fpsOf)),
      oldestRunMs: Math.max(
        0,
        ...workersOf().map(({ handle }) => handle.report()?.oldestRunMs ?? 0),
      ),
      growthBytes: Math.max(
        0,
        ...workersOf().map(({ handle }) => {
          const known = rssBefore.get(handle.id) ?? 0;
          return known > 0 ? (handle.report()?.rssBytes ?? 0) - known : 0;
        }),
      ),
      workerEnds: restarts() - endsBefore,
      boxesPerFrame: looked === 0 ? 0 : sum(own.map((camera) => camera.boxes)) / looked,
      formerBoxesPerFrame:
        subject.isComparable && lookedBefore > 0
          ? sum(before.map((camera) => camera.boxes)) / lookedBefore
          : 0,
      framesBefore: lookedBefore,
      crossings,
      expectedCrossings: subject.isComparable ? expectedCrossings : 0,
    };
  }

  return {
    subject,
    async look() {
      if (clock.monotonicMs() - askedMs >= crossingsEveryMs) {
        askedMs = clock.monotonicMs();
        await countCrossings();
      }
      return judgeTrial(evidence());
    },
    wedged: () =>
      workersOf().flatMap(({ handle }) =>
        (handle.report()?.oldestRunMs ?? 0) > wedgedAfterMs(formerP95Ms) ? [handle.id] : [],
      ),
    isOver: () => clock.now() - from >= deps.lengthMs,
    view(state, reason = '') {
      const { digest, former, cameraId } = subject;
      const { frames, failures, compared, expectedBoxes, matchedBoxes, p95Ms } = evidence();
      return {
        ...{ digest, former, cameraId, from, to: from + deps.lengthMs, state, reason },
        ...{ frames, failures, compared, expectedBoxes, matchedBoxes, p95Ms },
        formerP95Ms: formerP95Ms > 0 ? formerP95Ms : null,
      };
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function worst(numbers: readonly number[]): number {
  return Math.max(0, ...numbers);
}
