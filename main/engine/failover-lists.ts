/**
 * Which models count on a camera while the one that should fails.
 */
import type { CameraSettings } from '#contract/camera.ts';
import type { FailoverModel } from './inference/inference-protocol.ts';
import { kindOfModelFile } from './inference/engines/model-files.ts';
import { findModel } from './services/find-model.ts';
import type { StoredModel } from './store/records.ts';

export interface FailoverFacts {
  readonly models: readonly StoredModel[];
  /** Setting of the station: names with commas between them */
  readonly setting: string;
  /** A name that is in the list and not in the registry any more. */
  readonly onMissing: (name: string) => void;
}

/**
 * The camera's own list, else the station's, else the version that counted before, where it runs in this station; on a camera with
 * a champion of its own that is its former one, or what counts on the rest of the site. The small
 * detector that comes with the station never stands in on a real camera: it would find almost nobody, which is worse than a gap.
 */
export async function failoverFor(
  { id, source, failover }: Pick<CameraSettings, 'id' | 'source' | 'failover'>,
  facts: FailoverFacts,
): Promise<FailoverModel[]> {
  const { models } = facts;
  const called = (alias: 'champion' | 'previous', of: string | null): StoredModel | undefined =>
    models.find(({ aliases }) =>
      aliases.some((known) => known.alias === alias && known.cameraId === of),
    );
  const [own, ofSite] = [called('champion', id), called('champion', null)];
  const champion = own ?? ofSite;
  const names = failover ?? listOf(facts.setting);
  if (names.length > 0) {
    return named(names, facts)
      .filter(({ digest }) => digest !== champion?.digest)
      .map((model) => toFailover(model, true));
  }
  // Another machine fails more often than this one, and loading takes a while.
  const isWarm = champion !== undefined && (await kindOfModelFile(champion.path)) !== 'network';
  const previous = own ? (called('previous', id) ?? ofSite) : called('previous', null);
  if (
    !previous ||
    previous.digest === champion?.digest ||
    (previous.isEmbedded && !source.startsWith('simulated:'))
  )
    return [];
  return (await kindOfModelFile(previous.path)) === 'network' ? [toFailover(previous, isWarm)] : [];
}

/** Names of a setting with commas between them. */
export function listOf(setting: string): string[] {
  return setting
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function named(names: readonly string[], { models, onMissing }: FailoverFacts): StoredModel[] {
  return names.flatMap((name) => {
    try {
      return [findModel(name, models)];
    } catch {
      onMissing(name);
      return [];
    }
  });
}

function toFailover({ path, digest, card }: StoredModel, isWarm: boolean): FailoverModel {
  return { path, digest, card, isWarm };
}
