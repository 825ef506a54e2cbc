/**
 * Seals what lies plain in the database, seals everything with a new key, and says what is sealed with which.
 *
 *   new key into the file ─▶ everything sealed with it, one transaction ─▶ old key out of the file
 *
 * Each arrow is durable before the next begins; the next start finishes what a kill has left.
 */
import { z } from 'zod';
import type { SecretsReport } from '#contract/secrets.ts';
import type { Logger } from './base/log.ts';
import { redact } from './capture/redact.ts';
import type { KeyRing } from './secrets/key-ring.ts';
import { keyIdOf } from './secrets/secret-box.ts';
import type { SecretChange, StoredSecret } from './store/records.ts';
import type { Store } from './store/store.ts';

export interface SecretKeeper {
  /** Seals what is plain and finishes a change of the key that was cut off. */
  start(): Promise<void>;
  /** Seals everything with a new key. Rejects with SYS_004 when the key file cannot be written, and as the store does. */
  rotate(): Promise<SecretsReport>;
  check(): Promise<SecretsReport>;
}

/** Plain text may still be in free pages of the file: set before it is replaced, removed when the file is written anew. */
const unscrubbedKey = 'secrets.unscrubbed';
/** A secret that was changed while it was being sealed is sealed in the next round. */
const mostRounds = 5;

export function createSecretKeeper(deps: {
  readonly store: Pick<Store, 'secrets' | 'settings'>;
  readonly ring: KeyRing;
  readonly log: Logger;
}): SecretKeeper {
  const { store, ring, log } = deps;
  let running: Promise<unknown> = Promise.resolve();

  /** The change that a secret needs; null when it is as it should be, or cannot be read here. */
  function changeOf({ place, id, text }: StoredSecret): SecretChange | null {
    const keyId = keyIdOf(text);
    if (keyId === null) {
      const shown = place === 'camera' ? redact(text) : null;
      if (shown === text) return null;
      return { place, id, before: text, sealed: ring.seal(text), shown };
    }
    if (keyId === ring.keys().find((key) => ring.has(key.id))?.id || !ring.has(keyId)) return null;
    return { place, id, before: text, sealed: ring.seal(ring.open(text)), shown: null };
  }

  async function sealAll(): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const found = await store.secrets.list();
      const changes = found.flatMap((secret) => changeOf(secret) ?? []);
      if (changes.length === 0) {
        ring.forgetUnused(new Set(found.flatMap(({ text }) => keyIdOf(text) ?? [])));
        return;
      }
      if (changes.some(({ before }) => keyIdOf(before) === null)) {
        await store.settings.set(unscrubbedKey, true);
      }
      await store.secrets.replace(changes);
      log.info('secrets sealed', { secrets: changes.length });
    }
  }

  async function scrub(): Promise<void> {
    if ((await store.settings.get(unscrubbedKey, z.boolean())) !== true) return;
    const isWhole = await store.secrets.scrub(true);
    if (!isWhole) {
      log.warn('the database is too large to be written anew: change the passwords of the cameras');
    }
    await store.settings.remove(unscrubbedKey);
  }

  async function check(): Promise<SecretsReport> {
    const secrets = await store.secrets.list();
    const present = ring.keys().find(({ id }) => ring.has(id))?.id;
    return {
      keys: ring.keys().map(({ id, keptBy }) => ({
        ...{ id, keptBy },
        isPresent: id === present,
        isUsable: ring.has(id),
        secrets: secrets.filter(({ text }) => keyIdOf(text) === id).length,
      })),
      secrets: secrets.flatMap(({ place, id, text }) => {
        const keyId = keyIdOf(text);
        if (keyId === null && place === 'camera' && redact(text) === text) return [];
        return { place, id, keyId, state: stateOf(text, keyId) };
      }),
    };
  }

  function stateOf(text: string, keyId: string | null): 'plain' | 'sealed' | 'unreadable' {
    if (keyId === null) return 'plain';
    try {
      ring.open(text);
      return 'sealed';
    } catch {
      return 'unreadable';
    }
  }

  /** One after the other. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = running.then(work);
    running = done.catch(() => undefined);
    return done;
  }

  return {
    start: () =>
      alone(async () => {
        await sealAll();
        await scrub();
      }),
    rotate: () =>
      alone(async () => {
        await ring.renew();
        await sealAll();
        await store.secrets.scrub(false);
        return check();
      }),
    check: () => alone(check),
  };
}
