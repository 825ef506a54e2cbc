/**
 * Who looks at a frame: the champion while it can be trusted, else the first of the camera's list that can. A frame on which
 * the champion failed is looked at again at once, while its pixels are still in their slot.
 *
 *   frames ──▶ champion ──fails, or is left alone──▶ first stand-in ──▶ second … ──▶ failed
 */
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { BatchResult, FailoverModel, Standing } from '#engine/inference/inference-protocol.ts';
import type { Picture } from '#engine/inference/preprocess.ts';
import type { RunResult, Session } from '#engine/inference/session.ts';
import { type Contender, createContender } from './contender.ts';

type ThreadModel = Pick<FailoverModel, 'path' | 'digest' | 'card'>;

export interface FailoverOptions {
  readonly champion: ThreadModel;
  readonly open: (model: ThreadModel) => Promise<Session>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Another model counts now, or it is another reason. */
  readonly onStanding: (standing: Standing) => void;
}

/** A picture of a camera. */
export interface CameraPicture {
  readonly cameraId: string;
  readonly picture: Picture;
}

export interface FailoverSession {
  /** Loads the champion, and resolves with the batch size that it insists on. With `mayStandIn` it resolves without it too. */
  load(mayStandIn: boolean): Promise<number | null>;
  /** Models that count for the camera while the champion fails, best first. */
  setLine(cameraId: string, line: readonly FailoverModel[]): void;
  forget(cameraId: string): void;
  /** Rejects when nobody could look at any of the pictures. */
  run(pictures: readonly CameraPicture[]): Promise<BatchResult>;
  close(): Promise<void>;
}

export function createFailoverSession(options: FailoverOptions): FailoverSession {
  const lines = new Map<string, readonly FailoverModel[]>();
  const standIns = new Map<string, Contender>();
  let told = '';
  const champion = contenderOf(options.champion);

  function contenderOf(model: ThreadModel): Contender {
    return createContender({
      name: nameOf(model.card),
      open: () => options.open(model),
      clock: options.clock,
      random: options.random,
      onChange: () => tell(),
    });
  }

  /** Says who is trusted, when that has changed. */
  function tell(): void {
    const distrust = champion.distrust();
    const { state } = champion.breaker();
    const standing: Standing = {
      state,
      reason: distrust === null ? null : distrust.reason.toBody(),
      retryInMs:
        distrust?.retryAtMs == null ? null : distrust.retryAtMs - options.clock.monotonicMs(),
      usable: [...standIns].flatMap(([digest, one]) => (one.distrust() === null ? [digest] : [])),
    };
    const { retryInMs: _later, ...facts } = standing;
    const key = JSON.stringify(facts);
    if (key === told) return;
    told = key;
    if (distrust !== null) readyStandIns();
    options.onStanding(standing);
  }

  /** Loads what is not loaded yet; until then the frames fail as they would without it. */
  function readyStandIns(): void {
    for (const one of standIns.values()) one.load().catch(() => undefined);
  }

  async function runInLine(pictures: readonly CameraPicture[], failure: StationError) {
    const [first] = pictures;
    const line = lines.get(first?.cameraId ?? '') ?? [];
    let error = failure;
    for (const { digest } of line) {
      const contender = standIns.get(digest);
      if (!contender) continue;
      if (contender.distrust() !== null) {
        contender.load().catch(() => undefined);
        continue;
      }
      try {
        return {
          digest,
          result: await contender.use((session) =>
            session.run(pictures.map(({ picture }) => picture)),
          ),
        };
      } catch (cause) {
        error = StationError.from(cause, 'INF_001');
      }
    }
    return { error };
  }

  function dropUnused(): void {
    const used = new Set([...lines.values()].flat().map(({ digest }) => digest));
    for (const [digest, one] of standIns) {
      if (used.has(digest)) continue;
      standIns.delete(digest);
      one.close().catch(() => undefined); // a session that cannot be closed goes with its thread
    }
  }

  return {
    async load(mayStandIn) {
      try {
        return (await champion.load()).batchSize;
      } catch (error) {
        if (!mayStandIn) throw error;
        return 1;
      }
    },
    setLine(cameraId, line) {
      const others = line.filter(({ digest }) => digest !== options.champion.digest);
      lines.set(cameraId, others);
      for (const model of others) {
        const known = standIns.get(model.digest) ?? contenderOf(model);
        standIns.set(model.digest, known);
        if (model.isWarm || champion.distrust() !== null) known.load().catch(() => undefined);
      }
      dropUnused();
    },
    forget(cameraId) {
      lines.delete(cameraId);
      dropUnused();
    },
    async run(pictures) {
      let failure = champion.distrust()?.reason ?? null;
      if (failure === null) {
        try {
          return await champion.use((session) =>
            session.run(pictures.map(({ picture }) => picture)),
          );
        } catch (error) {
          failure = StationError.from(error, 'INF_001');
        }
      }
      // Cameras have lists of their own, so the batch may come apart here.
      const result = emptyResult(pictures.length);
      let answered = 0;
      for (const places of byCamera(pictures)) {
        const part = await runInLine(
          places.flatMap((place) => pictures[place] ?? []),
          failure,
        );
        if ('result' in part) answered++;
        else failure = part.error;
        addPart(result, places, part);
      }
      if (answered === 0) throw failure;
      return result;
    },
    async close() {
      await Promise.all([champion, ...standIns.values()].map((one) => one.close()));
    },
  };
}

type Part =
  { readonly digest: string; readonly result: RunResult } | { readonly error: StationError };
type Growing = { -readonly [Key in keyof BatchResult]: BatchResult[Key] } & {
  standIns: NonNullable<BatchResult['standIns']>[number][];
};

function emptyResult(length: number): Growing {
  const detections = Array.from({ length }, () => []);
  return { detections, preprocessMs: 0, inferMs: 0, postprocessMs: 0, standIns: [] };
}

function addPart(into: Growing, places: readonly number[], part: Part): void {
  places.forEach((place, index) => {
    into.standIns[place] =
      'error' in part ? { error: part.error.toBody() } : { digest: part.digest };
    if ('result' in part) into.detections[place] = part.result.detections[index] ?? [];
  });
  if ('error' in part) return;
  into.preprocessMs += part.result.preprocessMs;
  into.inferMs += part.result.inferMs;
  into.postprocessMs += part.result.postprocessMs;
}

/** Places of the pictures of each camera. */
function byCamera(pictures: readonly CameraPicture[]): number[][] {
  const places = new Map<string, number[]>();
  pictures.forEach(({ cameraId }, place) => {
    places.set(cameraId, [...(places.get(cameraId) ?? []), place]);
  });
  return [...places.values()];
}

function nameOf({ name, version }: ModelCard): string {
  return `${name}@${version}`;
}
