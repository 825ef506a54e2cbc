/**
 * Batch jobs on a real station: clips, a folder with a broken one, pictures, a recording, pauses, comparisons, the command line.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InputOf, OutputOf } from '#contract/procedures.ts';
import { ffmpegPath } from '#test/clips.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  until,
  type StationProcess,
} from '#test/station-process.ts';

/** A busy machine takes long; nothing here is decided by how long. */
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const limitMs = 600_000;
const root = path.resolve(import.meta.dirname, '../..');
type Draft = InputOf<'job.create'>;
type Result = OutputOf<'job.result'>;

const lines = [0.35, 0.5].map((x, index) => ({
  ...{ id: `line-${String(index)}`, name: `Line ${String(index)}`, labels: [] },
  anchor: 'bottom' as const,
  points: [
    { x, y: 0.01 },
    { x, y: 0.99 },
  ],
}));
let station: StationProcess;
let folder = '';

function ffmpeg(...args: string[]): void {
  execFileSync(ffmpegPath!, ['-v', 'error', ...args]);
}

async function untilOver(runId: number): Promise<Result> {
  return until(
    () => station.call('job.result', { runId, bucket: 'all' }),
    ({ run }) => ['done', 'failed', 'cancelled'].includes(run.state),
    limitMs,
  );
}

async function runOf(draft: Partial<Draft> & Pick<Draft, 'sources'>): Promise<Result> {
  const { runs } = await station.call('job.create', { name: 'Job', lines, ...draft });
  return untilOver(runs[0]!.id);
}

describe.skipIf(!hasShared || ffmpegPath === null)(
  `a batch job (${hasShared ? 'TUD-Stadtmitte' : sharedMissing})`,
  () => {
    let whole: Result;

    beforeAll(async () => {
      folder = scratchFolder();
      const clip = sharedPath('videos/mot15_tud-stadtmitte.mp4')!;
      mkdirSync(path.join(folder, 'week'));
      mkdirSync(path.join(folder, 'pictures'));
      // Where people cross the second line.
      ffmpeg('-ss', '4', '-t', '3', '-i', clip, '-an', path.join(folder, 'week/monday.mp4'));
      writeFileSync(path.join(folder, 'week/tuesday.mp4'), 'no video');
      const pictures = path.join(folder, 'pictures/%03d.png');
      ffmpeg('-i', path.join(folder, 'week/monday.mp4'), '-fps_mode', 'passthrough', pictures);
      station = await startStation({ flags: ['--model', sharedPath('models/yolox_nano.onnx')!] });
    });
    afterAll(cleanUp);

    it('counts what it can, names what it cannot, and leaves the ledger alone', async () => {
      const week: Draft['sources'] = [{ kind: 'folder', path: path.join(folder, 'week') }];
      whole = await runOf({ sources: week });
      expect(
        whole.items.map(({ place, state, frames, error }) => [place, state, frames, error?.code]),
      ).toEqual([
        ['monday.mp4', 'done', 75, undefined],
        ['tuesday.mp4', 'failed', 0, 'CAM_003'],
      ]);
      const { progress, state } = whole.run;
      expect({ state, ...progress }).toMatchObject({ state: 'done', failed: 1, share: 1 });
      expect(progress.crossings).toBeGreaterThan(0);
      expect(await station.call('crossing.list', {})).toEqual([]);
      const sums = whole.tallies.reduce((total, tally) => total + tally.in + tally.out, 0);
      expect(sums).toBe(progress.crossings);
    });

    it('counts the same in pictures as in the clip that they are from, and passes over a broken one', async () => {
      const pictures = path.join(folder, 'pictures');
      writeFileSync(path.join(pictures, '999.jpg'), 'no picture');
      const { items, run } = await runOf({
        sources: [{ kind: 'pictures', path: pictures, intervalMs: 40 }],
      });
      expect(items).toMatchObject([
        { state: 'done', frames: 75, skipped: [{ name: '999.jpg' }], lengthMs: 76 * 40 },
      ]);
      expect(run.progress.crossings).toBe(whole.run.progress.crossings);
    });

    it('goes on at the same frame after a pause, counts the same, and says so', async () => {
      const { runs } = await station
        .call('job.run', { id: whole.run.jobId })
        .then(() => station.call('job.get', { id: whole.run.jobId }));
      const runId = runs[0]!.id;
      await until(
        () => station.call('job.result', { runId }),
        ({ run }) => run.progress.frames > 0,
        limitMs,
      );
      await station.call('job.setState', { runId, state: 'paused' });
      await station.call('job.setState', { runId, state: 'running' });
      const again = await untilOver(runId);
      expect(again.run.resultDigest).toBe(whole.run.resultDigest);
      const { rows } = await station.call('job.compare', { runId, otherId: whole.run.id });
      expect(rows.every(({ a, b, counts }) => a === b && counts['both'] === a)).toBe(true);
    });

    it('counts what a camera has recorded, and the same after a pause', async () => {
      const camera = { id: 'gate', name: 'Gate', isLooped: true };
      const source = sharedPath('videos/mot15_tud-stadtmitte.mp4')!;
      await station.call('camera.add', { ...camera, source });
      await station.call('recording.set', { cameraId: 'gate', isOn: true });
      const [span] = await until(
        () => station.call('recording.list', { cameraId: 'gate', from: 0, to: Date.now() }),
        ([first]) => first !== undefined && first.to - first.from > 15_000,
        limitMs,
      );
      await station.call('camera.update', { id: 'gate', isEnabled: false });
      const { from, to } = span!;
      const sources: Draft['sources'] = [{ kind: 'recording', cameraId: 'gate', from, to }];
      const settings = { fps: 10 };
      const undisturbed = await runOf({ name: 'Recorded', sources, settings });
      expect(undisturbed.run.progress).toMatchObject({ failed: 0, share: 1 });
      expect(undisturbed.run.progress.crossings).toBeGreaterThan(0);
      const times = await station.call('job.crossings', { runId: undisturbed.run.id });
      expect(times.filter(({ at }) => at < from || at > to + 2_000)).toEqual([]);

      const { id: runId } = await station.call('job.run', { id: undisturbed.run.jobId });
      await until(
        () => station.call('job.result', { runId }),
        ({ run }) => run.progress.frames > 0,
        limitMs,
      );
      await station.call('job.setState', { runId, state: 'paused' });
      await station.call('job.setState', { runId, state: 'running' });
      const resumed = await untilOver(runId);
      expect(resumed.run.resultDigest).toBe(undisturbed.run.resultDigest);
    });

    it('counts the new clips of a folder only, when it is told to', async () => {
      const sources: Draft['sources'] = [
        { kind: 'folder', path: path.join(folder, 'week'), onlyNew: true },
      ];
      const first = await runOf({ name: 'New', sources });
      ffmpeg('-i', path.join(folder, 'week/monday.mp4'), path.join(folder, 'week/sunday.mp4'));
      const second = await station.call('job.run', { id: first.run.jobId });
      const { items } = await untilOver(second.id);
      expect(items.map(({ place, state }) => [place, state])).toEqual([
        ['sunday.mp4', 'done'],
        ['tuesday.mp4', 'failed'],
      ]);
    });

    it('is refused where nothing could come of it', async () => {
      const sources: Draft['sources'] = [{ kind: 'clip', path: '/a.mp4' }];
      const create = (draft: Partial<Draft>) =>
        station.call('job.create', { name: 'Job', sources, lines, ...draft });
      await expect(create({ lines: [] })).rejects.toMatchObject({ code: 'REQ_001' });
      await expect(create({ model: 'none' })).rejects.toMatchObject({ code: 'MODEL_001' });
      await expect(create({ linesOf: 'none' })).rejects.toMatchObject({ code: 'REQ_002' });
      const schedule = { cron: 'at night', timeZone: 'UTC' };
      await expect(create({ schedule })).rejects.toMatchObject({ code: 'REQ_001' });
    });

    it('is run, shown and exported by the command line', async () => {
      const linesFile = path.join(folder, 'lines.json');
      const drawn = lines.map(({ id, points }) => ({
        id,
        points: points.map(({ x, y }) => [x, y]),
      }));
      writeFileSync(linesFile, JSON.stringify({ lines: drawn }));
      const cli = async (...args: string[]) => {
        const { stdout } = await promisify(execFile)(process.execPath, [
          ...['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts')],
          ...['job', ...args, '--data-folder', station.dataFolder],
        ]);
        return stdout;
      };
      const clip = path.join(folder, 'week/monday.mp4');
      const ran = JSON.parse(
        await cli(
          'run',
          '--name',
          'By hand',
          '--clip',
          clip,
          '--lines',
          linesFile,
          '--wait',
          '--json',
        ),
      ) as Result['run'];
      expect(ran).toMatchObject({ state: 'done', name: 'By hand', by: 'command line' });
      expect(ran.progress.crossings).toBe(whole.run.progress.crossings);
      expect(await cli('list')).toContain(`run ${String(ran.id)} of "By hand": done, 1 of 1 done`);
      expect(await cli('show', String(ran.id))).toContain('75 frames  monday.mp4');
      const page = await station.call('job.rows', { runId: ran.id, limit: 10_000 });
      expect(page.text.trim().split('\r\n')).toHaveLength(1 + ran.progress.crossings);
    });
  },
);
