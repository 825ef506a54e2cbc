import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '#engine/store/database.ts';
import type { ReaderOperations } from '#engine/store/messages.ts';
import { startStoreThread } from '#engine/store/store-thread.ts';
import { keepingLogger, tempFolder, testClock } from '#test/store.ts';

const entry = path.resolve(import.meta.dirname, '../../../helpers/crashing-store.ts');

async function reader() {
  const folder = tempFolder();
  openDatabase({ file: path.join(folder, 'station.db'), role: 'writer' }).close();
  const log = keepingLogger();
  const thread = await startStoreThread<ReaderOperations>({
    entry,
    settings: { role: 'reader', folder, spoolBytes: 0 },
    clock: testClock(),
    log,
    onEvent: () => undefined,
  });
  onTestFinished(() => thread.close());
  return { thread, log };
}

describe('a thread of the store that ends', () => {
  it('rejects what it was asked and is started again', async () => {
    const { thread, log } = await reader();
    const asked = [thread.ask('settings.get', 'crash'), thread.ask('cameras.list', null)];
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'SYS_001' }) as unknown },
      { status: 'rejected', reason: expect.objectContaining({ code: 'SYS_001' }) as unknown },
    ]);
    expect(await thread.ask('cameras.list', null)).toEqual([]);
    expect(log.lines).toEqual([
      ['error store thread ended and is started again', { role: 'reader' }],
    ]);
  });

  it('stays down when it ends again and again, and says so to whoever asks', async () => {
    const { thread, log } = await reader();
    for (let round = 0; round < 6; round += 1) {
      await expect(thread.ask('settings.get', 'crash')).rejects.toMatchObject({ code: 'SYS_001' });
    }
    await expect(thread.ask('cameras.list', null)).rejects.toMatchObject({ code: 'SYS_001' });
    expect(log.lines.at(-1)?.[0]).toBe('error store thread ended too often and stays down');
  });
});
