/**
 * The procedures of backups.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Backup } from '#contract/backup.ts';
import { StationError } from '#contract/error.ts';
import { backupEnding } from '#engine/backup/manifest.ts';
import { type BackupDeps, makeBackup } from '#engine/make-backup.ts';
import type { Handlers } from '#engine/router.ts';

export function createBackupService(
  deps: BackupDeps,
): Pick<Handlers, Extract<keyof Handlers, `backup.${string}`>> {
  const folder = path.join(deps.dataFolder, 'backups');
  let making: Promise<unknown> | null = null;

  async function describe(name: string): Promise<Backup> {
    const file = path.join(folder, name);
    const { size, mtimeMs } = await stat(file);
    return { name, file, bytes: size, madeAt: Math.round(mtimeMs) };
  }

  return {
    async 'backup.list'() {
      const names = await readdir(folder).catch(() => []);
      const backups = await Promise.all(
        names.filter((name) => name.endsWith(backupEnding)).map(describe),
      );
      return backups.sort((a, b) => b.madeAt - a.madeAt);
    },
    async 'backup.make'({ passphrase }, { onProgress }) {
      if (making !== null) {
        throw new StationError('REQ_003', 'A backup is being made already. Wait until it is done.');
      }
      const stamp = new Date(deps.clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
      const name = `tallywatch-${stamp}Z${backupEnding}`;
      try {
        const made = makeBackup(deps, {
          target: path.join(folder, name),
          passphrase,
          onShare: (share) => onProgress(share, ''),
        });
        making = made;
        await made;
      } finally {
        making = null;
      }
      return describe(name);
    },
    async 'backup.remove'({ name }) {
      const file = path.join(folder, name);
      if ((await stat(file).catch(() => null)) === null) {
        throw new StationError('REQ_002', `There is no backup ${name}.`);
      }
      await rm(file);
      return {};
    },
  };
}
