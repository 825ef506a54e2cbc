/**
 * Digests of what decides whether something counts, beside the model's weights: they are part of every row of the ledger.
 */
import { createHash } from 'node:crypto';
import type { CameraSettings } from '#contract/camera.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import type { ModelCard } from '#contract/model.ts';
import type { CountingPlan } from './counting-plan.ts';

/** Version of the rules that decide. */
const rulesVersion = 1;

export interface ConfigDigests {
  /** Of crossings */
  readonly lines: string;
  /** Of zone events and flow passages, which follow lines too */
  readonly zones: string;
}

/** SHA-256 each. */
export function configDigests(
  {
    fps,
    masks,
    isUngated = false,
  }: Pick<CameraSettings, 'fps' | 'isUngated'> & { readonly masks: readonly PrivacyMask[] },
  plan: CountingPlan,
  card: ModelCard | null,
): ConfigDigests {
  const lines = plan.lines.map(({ id, revision, points, anchor, labels, minHeight }) => ({
    id,
    revision,
    points,
    anchor,
    labels,
    minHeight,
  }));
  const decisive = {
    rulesVersion,
    isUngated,
    fps,
    lines,
    card: card && {
      input: card.input,
      preprocess: card.preprocess,
      labels: card.labels,
      scoreFloor: card.scoreFloor,
      nmsIou: card.nmsIou,
    },
    // Only where there are some: a station without masks keeps its digests.
    ...(masks.length > 0 && { masks: masks.map(({ points }) => points) }),
  };
  const { zones, flows } = plan;
  return { lines: digest(decisive), zones: digest({ ...decisive, zones, flows }) };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
