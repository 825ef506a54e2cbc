import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exportFrames } from '../../../resources/models/embedded/train/export-frames.ts';

const Truth = z.object({
  width: z.literal(640),
  height: z.literal(360),
  truth: z.array(z.array(z.array(z.number()).length(6))),
});

describe('export of training frames', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'frames-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('writes whole frames with their truth, alike on every run', () => {
    const options = { folder, scenes: 1, framesPerScene: 2, firstSeed: 41 };
    const written = exportFrames(options);
    const frames = path.join(folder, 'frames.bin');
    expect(statSync(frames).size).toBe(2 * 640 * 360 * 3);
    const truth = Truth.parse(JSON.parse(readFileSync(path.join(folder, 'truth.json'), 'utf8')));
    expect(truth.truth.map((rows) => rows.length).reduce((a, b) => a + b)).toBe(written.objects);
    const before = readFileSync(frames);
    exportFrames(options);
    expect(readFileSync(frames).equals(before)).toBe(true);
  });
});
