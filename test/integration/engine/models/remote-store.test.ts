import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelManifest } from '#contract/registry.ts';
import type { RemoteSettings } from '#contract/remote.ts';
import { createRemoteStore, type Transfer } from '#engine/models/remote-store.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { s3Kind, s3Missing, type S3Server, startS3Server } from '#test/s3-server.ts';
import { cleanUp, scratchFolder } from '#test/station-process.ts';

const megabyte = 1024 * 1024;
let server: S3Server;

interface Version {
  readonly manifest: ModelManifest;
  readonly folder: string;
}

/** A version with one file that takes several parts. */
function aVersion(name: string, bytes: number): Version {
  const folder = scratchFolder();
  mkdirSync(path.join(folder, 'data'));
  const files = [
    { path: 'model.onnx', kind: 'model' as const, content: randomBytes(1000) },
    { path: 'data/weights.bin', kind: 'weights' as const, content: randomBytes(bytes) },
  ].map(({ content, ...file }) => {
    writeFileSync(path.join(folder, file.path), content);
    return { ...file, bytes: content.length, digest: sha(content) };
  });
  return {
    folder,
    manifest: {
      format: 'tallywatch-model',
      formatVersion: 1,
      digest: sha(Buffer.from(JSON.stringify(files))),
      card: { ...yoloxNanoCard, name },
      files,
      lineage: {
        parent: null,
        variant: null,
        importedBy: 'ann',
        origin: { kind: 'file', where: 'model.onnx' },
        releaseNotes: '',
      },
      tags: [],
      importedAt: 1_700_000_000_000,
    },
  };
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const shares: number[] = [];
const transfer: Transfer = {
  signal: new AbortController().signal,
  onProgress: (done, total) => shares.push(done / total),
};

describe.skipIf(s3Kind === null)(
  `remote store (${s3Kind ?? s3Missing})`,
  { timeout: 240_000 },
  () => {
    beforeAll(async () => {
      server = await startS3Server();
    }, 120_000);
    afterAll(() => {
      server.stop();
      cleanUp();
    });

    it('gives back what it was given, and tells how far it is', async () => {
      const remote = createRemoteStore(server.settings);
      const { manifest, folder } = aVersion('plain', 12 * megabyte);
      shares.length = 0;
      await remote.push(manifest, folder, transfer);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.length).toBeGreaterThan(3);
      expect(shares.at(-1)).toBe(1);
      expect(await remote.list()).toEqual([manifest]);
      const target = scratchFolder();
      await remote.pull(await remote.manifest('plain', '1.0.0'), target, transfer);
      for (const file of manifest.files) {
        expect(sha(readFileSync(path.join(target, file.path)))).toBe(file.digest);
      }
      // What is there is not sent again.
      server.wire.mend();
      await remote.push(manifest, folder, transfer);
      expect(server.wire.passed().up).toBeLessThan(0.1 * megabyte);
      remote.close();
    });

    it('goes on with an upload that was cut', async () => {
      const remote = createRemoteStore(server.settings);
      const { manifest, folder } = aVersion('cut-up', 17 * megabyte);
      server.wire.mend();
      server.wire.cutAfter('up', 12 * megabyte);
      await expect(remote.push(manifest, folder, transfer)).rejects.toMatchObject({
        code: 'SYS_001',
      });
      server.wire.mend();
      expect((await remote.list()).map(({ card }) => card.name)).not.toContain('cut-up');
      server.wire.mend();
      await remote.push(manifest, folder, transfer);
      // Two parts of five were there already.
      expect(server.wire.passed().up).toBeLessThan(8 * megabyte);
      const target = scratchFolder();
      await remote.pull(manifest, target, transfer);
      expect(sha(readFileSync(path.join(target, 'data/weights.bin')))).toBe(
        manifest.files[1]!.digest,
      );
      remote.close();
    });

    it('goes on with a download that was cut', async () => {
      const remote = createRemoteStore(server.settings);
      const { manifest, folder } = aVersion('cut-down', 12 * megabyte);
      await remote.push(manifest, folder, transfer);
      const target = scratchFolder();
      server.wire.mend();
      server.wire.cutAfter('down', 7 * megabyte);
      await expect(remote.pull(manifest, target, transfer)).rejects.toMatchObject({
        code: 'SYS_001',
      });
      expect(readdirSync(path.join(target, 'data'))).toEqual(['weights.bin.part']);
      server.wire.mend();
      await remote.pull(manifest, target, transfer);
      expect(server.wire.passed().down).toBeLessThan(8 * megabyte);
      expect(sha(readFileSync(path.join(target, 'data/weights.bin')))).toBe(
        manifest.files[1]!.digest,
      );
      remote.close();
    });

    it('refuses what has another digest there, and keeps nothing of it', async () => {
      const remote = createRemoteStore(server.settings);
      const { manifest, folder } = aVersion('changed', megabyte);
      await remote.push(manifest, folder, transfer);
      const { digest, bytes } = manifest.files[1]!;
      await overwrite(`blobs/${digest}`, randomBytes(bytes));
      const target = scratchFolder();
      const refusal = remote.pull(manifest, target, transfer);
      await expect(refusal).rejects.toMatchObject({ code: 'MODEL_002' });
      await expect(refusal).rejects.toThrow('another digest');
      expect(readdirSync(path.join(target, 'data'))).toEqual([]);
      remote.close();
    });

    it('refuses a description that climbs out', async () => {
      const remote = createRemoteStore(server.settings);
      const { manifest } = aVersion('climbs', megabyte);
      const files = [manifest.files[0]!, { ...manifest.files[1]!, path: '../../evil' }];
      await overwrite(
        'models/climbs/1.0.0.json',
        Buffer.from(JSON.stringify({ ...manifest, files })),
      );
      await expect(remote.manifest('climbs', '1.0.0')).rejects.toMatchObject({ code: 'MODEL_002' });
      remote.close();
    });

    it('replaces no version', async () => {
      const remote = createRemoteStore(server.settings);
      const first = aVersion('taken', 1000);
      await remote.push(first.manifest, first.folder, transfer);
      const second = aVersion('taken', 1000);
      await expect(remote.push(second.manifest, second.folder, transfer)).rejects.toMatchObject({
        code: 'REQ_003',
      });
      remote.close();
    });

    it.each<[string, Partial<RemoteSettings>, string, string]>([
      ['a bucket that is not there', { bucket: 'nowhere' }, 'SYS_004', 'no bucket "nowhere"'],
      ['nobody at the address', { endpoint: 'http://127.0.0.1:9' }, 'SYS_001', 'does not answer'],
    ])('says so for %s', async (_, changes, code, says) => {
      const remote = createRemoteStore({ ...server.settings, ...changes });
      const refusal = remote.check();
      await expect(refusal).rejects.toThrow(says);
      await expect(refusal).rejects.toMatchObject({ code });
      remote.close();
    });
    it.skipIf(s3Kind === 'moto')('says so for a wrong key, which moto does not check', async () => {
      const remote = createRemoteStore({ ...server.settings, secretAccessKey: 'wrong-key' });
      await expect(remote.check()).rejects.toThrow('refuses the access key');
      remote.close();
    });
  },
);

async function overwrite(key: string, Body: Uint8Array): Promise<void> {
  const { endpoint, region, bucket, prefix } = server.settings;
  const client = new S3Client({
    ...{ endpoint, region, credentials: { ...server.settings }, forcePathStyle: true },
  });
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${key}`, Body }));
  client.destroy();
}
