/**
 * The self-test fails with the right line for each thing that is wrong, and with that line alone.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DoctorCheck } from '#contract/doctor.ts';
import { cleanUp, copyProgram } from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folders: string[] = [];

function scratch(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'doctor-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  cleanUp();
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});

interface Outcome {
  readonly status: number | null;
  readonly failed: string[];
  readonly checks: DoctorCheck[];
}

function doctor(
  folder: string,
  options: { flags?: string[]; program?: string } = {},
): Promise<Outcome> {
  const program = options.program ?? root;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [
        path.join(program, 'main/cli.ts'),
        ...['doctor', '--json', '--data-folder', folder],
        ...(options.flags ?? []),
      ],
      (_error, stdout) => {
        const { checks } = JSON.parse(stdout) as { checks: DoctorCheck[] };
        const failed = checks.filter(({ state }) => state === 'failed');
        resolve({ status: child.exitCode, failed: failed.map(({ name }) => name), checks });
      },
    );
  });
}

const isLinuxRoot = process.platform === 'linux' && process.getuid?.() === 0;

describe('doctor', () => {
  it('finds ffmpeg missing, and still counts the simulated minute', async () => {
    const { status, failed, checks } = await doctor(scratch(), {
      flags: ['--ffmpeg-path', '/nowhere/ffmpeg'],
    });
    expect([status, failed]).toEqual([1, ['ffmpeg']]);
    expect(checks.find(({ name }) => name === 'counting')).toMatchObject({ state: 'passed' });
  });

  it('finds the model cut off', async () => {
    const program = copyProgram();
    truncateSync(path.join(program, 'resources/models/embedded/model.onnx'), 20_000);
    const { status, failed, checks } = await doctor(scratch(), { program });
    expect([status, failed.includes('model')]).toEqual([1, true]);
    expect(checks.find(({ name }) => name === 'model')?.code).toBe('MODEL_002');
  });

  it.skipIf(!isLinuxRoot)('finds the disk full (needs root for a tmpfs)', async () => {
    const folder = path.join(scratch(), 'small');
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    try {
      writeFileSync(path.join(folder, 'ballast'), new Uint8Array(3_900_000));
      const { status, failed, checks } = await doctor(folder);
      expect([status, failed.includes('disk')]).toEqual([1, true]);
      expect(checks.find(({ name }) => name === 'disk')?.code).toBe('RES_004');
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});
