/**
 * Whether a draft can become an experiment: the models are there and take the settings, and the way of comparing suits them.
 */
import type { Camera } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import { type ArmName, type ExperimentArm, hasSettings } from '#contract/experiment-arm.ts';
import type { Experiment } from '#contract/experiment.ts';
import { proveInput, titleOf, type TryModel } from '#engine/arm-model.ts';
import type { Store } from '#engine/store/store.ts';
import type { WorkerModel } from '#engine/worker-protocol.ts';

export type DraftedArm = Omit<ExperimentArm, 'title'>;

export type ExperimentDraft = Pick<Experiment, 'mode' | 'cameraIds' | 'share'> &
  Readonly<Record<ArmName, DraftedArm>>;

export interface DraftDeps {
  readonly store: { readonly models: Pick<Store['models'], 'get'> };
  readonly cameras: () => readonly Pick<Camera, 'id' | 'name' | 'fps'>[];
  /** Digest of the model that counts on a camera */
  readonly counting: (cameraId: string) => string | null;
  readonly tryModel: TryModel;
}

/** With less, an arm of a split hardly ever counts */
const leastChance = 0.05;
/** With fewer pictures in a second the moments of the same crossing are too far apart to be taken for one */
const leastFps = 3;

/**
 * Returns the arms with their names.
 * @throws StationError REQ_002 for a camera or a model that is not there, REQ_003 when the way of comparing does not suit the
 *   arms, MODEL_002, MODEL_003 or INF_004 when a model does not take the input
 */
export async function checkDraft(
  draft: ExperimentDraft,
  deps: DraftDeps,
): Promise<Record<ArmName, ExperimentArm>> {
  const known = deps.cameras().map(({ id }) => id);
  const missing = draft.cameraIds.find((id) => !known.includes(id));
  if (missing !== undefined) {
    throw new StationError('REQ_002', `There is no camera "${missing}".`, { path: 'cameraIds' });
  }
  const [a, b] = [await modelOf(draft, 'a', deps), await modelOf(draft, 'b', deps)];
  if (draft.mode === 'shadow') checkShadow(draft, { a, b }, deps);
  if (draft.mode === 'split') checkSplit(draft, deps);
  checkFrameRates(draft, deps);
  await checkInput(draft, { a, b }, deps);
  return { a: { ...draft.a, title: titleOf(a) }, b: { ...draft.b, title: titleOf(b) } };
}

type Models = Readonly<Record<ArmName, WorkerModel>>;

async function modelOf(
  draft: ExperimentDraft,
  arm: ArmName,
  { store }: DraftDeps,
): Promise<WorkerModel> {
  const model = await store.models.get(draft[arm].digest);
  if (model) return { path: model.path, digest: model.digest, card: model.card };
  const text = 'This model is not in the registry. Import it first.';
  throw new StationError('REQ_002', text, { path: `${arm}.digest` });
}

/** Of a shadow A is what counts, as it counts, and B sees the pictures that A has got. */
function checkShadow({ a, b, cameraIds }: ExperimentDraft, models: Models, deps: DraftDeps): void {
  const other = cameraIds.find((id) => deps.counting(id) !== a.digest);
  if (hasSettings(a) || other !== undefined) {
    const why = hasSettings(a)
      ? 'A counts with the settings on its card here: give settings to B only'
      : `on the camera "${other ?? ''}" another model counts than A`;
    throw new StationError(
      'REQ_003',
      `B can look on only while A counts: ${why}. Or compare on recordings.`,
      { path: hasSettings(a) ? 'a' : 'a.digest' },
    );
  }
  const { width, height } = models.a.card.input;
  if (b.inputSide === null || b.inputSide <= Math.max(width, height)) return;
  const text = `B looks on at the pictures of A, which are ${String(width)} × ${String(height)} px at most: a larger input sees no more of them. Compare on recordings.`;
  throw new StationError('REQ_003', text, { path: 'b.inputSide' });
}

/** Both arms of a split count, so they count as they are, and with another model each. */
function checkSplit({ a, b, cameraIds, share }: ExperimentDraft, deps: DraftDeps): void {
  const other = cameraIds.find((id) => deps.counting(id) !== a.digest);
  if (hasSettings(a) || hasSettings(b) || a.digest === b.digest) {
    const text =
      'Of a split both count as on their cards, and each row of the ledger names its model: choose two models without settings. Import a model again with other settings on its card, or compare them as a shadow or on recordings.';
    throw new StationError('REQ_003', text, { path: 'b' });
  }
  if (share < leastChance || share > 1 - leastChance) {
    const text = 'Of a split each arm needs a chance: give B between 5 % and 95 %.';
    throw new StationError('REQ_003', text, { path: 'share' });
  }
  if (other === undefined) return;
  const text = `A split begins with A: on the camera "${other}" another model counts.`;
  throw new StationError('REQ_003', text, { path: 'a.digest' });
}

function checkFrameRates(draft: ExperimentDraft, deps: DraftDeps): void {
  for (const arm of ['a', 'b'] as const) {
    const { eachNth } = draft[arm];
    const slow = deps
      .cameras()
      .filter(({ id }) => draft.cameraIds.includes(id))
      .find(({ fps }) => eachNth !== null && fps / eachNth < leastFps);
    if (!slow || eachNth === null) continue;
    const text = `${arm.toUpperCase()} would look at ${(slow.fps / eachNth).toFixed(1)} pictures of the camera "${slow.id}" in a second, and at least ${String(leastFps)} are needed for it to count the same crossings at the same moments. Leave out fewer.`;
    throw new StationError('REQ_003', text, { path: `${arm}.eachNth` });
  }
}

async function checkInput(draft: ExperimentDraft, models: Models, deps: DraftDeps): Promise<void> {
  for (const arm of ['a', 'b'] as const) {
    await proveInput({ model: models[arm], settings: draft[arm] }, deps.tryModel).catch(
      (error: unknown) => {
        const { code, message } = StationError.from(error, 'MODEL_003');
        throw new StationError(code, message, { path: `${arm}.inputSide`, cause: error });
      },
    );
  }
}
