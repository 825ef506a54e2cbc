/**
 * Table of tags: names that people give to versions, each to one.
 */
import type { Database } from 'better-sqlite3';
import { assert } from '#engine/base/assert.ts';
import { StationError } from '#contract/error.ts';
import { requireModel } from './model-history.ts';
import { getModel } from './models.ts';
import type { NewTag, StoredModel } from './records.ts';
import { prepared, preparedValue } from './statements.ts';

/**
 * Gives a tag at `now` (Unix time in ms); a version that has it already keeps it.
 * @throws StationError MODEL_001 when there is no such version, REQ_003 when another version has the tag
 */
export function tagModel(
  database: Database,
  { tag, digest, by }: NewTag,
  now: number,
): StoredModel {
  requireModel(database, digest);
  const holder = preparedValue<[string], string>(
    database,
    'SELECT digest FROM model_tags WHERE tag = ?',
  ).get(tag);
  if (holder !== undefined && holder !== digest) {
    const card = getModel(database, holder)?.card;
    throw new StationError(
      'REQ_003',
      `The tag ${tag} is on ${card ? `${card.name} ${card.version}` : 'another version'}. Take it away there first, or choose another.`,
      { path: 'tag' },
    );
  }
  prepared<[string, string, number, string]>(
    database,
    `INSERT INTO model_tags (tag, digest, tagged_at_ms, tagged_by) VALUES (?, ?, ?, ?)
     ON CONFLICT (tag) DO NOTHING`,
  ).run(tag, digest, now, by);
  const model = getModel(database, digest);
  assert(model !== null, 'a tagged version that is not there');
  return model;
}

/** @throws StationError REQ_002 when there is no such tag */
export function untagModel(database: Database, tag: string): void {
  const removed = prepared<[string]>(database, 'DELETE FROM model_tags WHERE tag = ?').run(tag);
  if (removed.changes === 0) throw new StationError('REQ_002', `There is no tag ${tag}.`);
}
