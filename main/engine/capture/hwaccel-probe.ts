/**
 * Finds out by trial whether the graphics chip decodes a codec: a list of what ffmpeg knows is no proof.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { listEncoders } from './ffmpeg-capabilities.ts';
import { type FfmpegResult, runToEnd } from './ffmpeg-process.ts';

export interface HwaccelProbe {
  /** Name for `-hwaccel`, or null where decoding on the processor is all there is. Tried once per codec. */
  methodFor(codec: string): Promise<string | null>;
}

export interface HwaccelProbeOptions {
  readonly ffmpegPath: string;
  readonly mode: 'auto' | 'off';
  readonly platform: NodeJS.Platform;
}

interface Method {
  readonly name: string;
  /** Format of its pictures on the chip, which software decoding cannot give */
  readonly format: string;
  /** Without one of these there is no such chip, and no trial is needed */
  readonly devices?: readonly string[];
}

/** Methods worth a trial, best first. */
const methods: Partial<Record<NodeJS.Platform, readonly Method[]>> = {
  linux: [
    { name: 'cuda', format: 'cuda', devices: ['/dev/nvidia0', '/dev/nvidiactl', '/dev/dxg'] },
    { name: 'vaapi', format: 'vaapi', devices: ['/dev/dri/renderD128', '/dev/dri/renderD129'] },
  ],
  win32: [
    { name: 'd3d11va', format: 'd3d11' },
    { name: 'cuda', format: 'cuda' },
    { name: 'dxva2', format: 'dxva2_vld' },
  ],
  darwin: [{ name: 'videotoolbox', format: 'videotoolbox_vld' }],
};
/** Encoders that can make a sample, best first. */
const sampleEncoders: Readonly<Record<string, readonly string[]>> = {
  h264: ['libx264', 'libopenh264'],
  hevc: ['libx265', 'libkvazaar'],
};
const trialMs = 8_000;
const owner = 'hwaccel-probe';

export function createHwaccelProbe(options: HwaccelProbeOptions): HwaccelProbe {
  const known = new Map<string, Promise<string | null>>();
  return {
    methodFor(codec) {
      if (options.mode === 'off') return Promise.resolve(null);
      const answer = known.get(codec) ?? findMethod(codec, options);
      known.set(codec, answer);
      return answer;
    },
  };
}

async function findMethod(codec: string, options: HwaccelProbeOptions): Promise<string | null> {
  const wanted = (methods[options.platform] ?? []).filter(
    ({ devices }) => devices?.some((device) => existsSync(device)) ?? true,
  );
  const encoders = sampleEncoders[codec] ?? [];
  if (wanted.length === 0 || encoders.length === 0) return null;
  const listed = await listMethods(options.ffmpegPath);
  const candidates = wanted.filter(({ name }) => listed.has(name));
  if (candidates.length === 0) return null;
  const available = await listEncoders(options.ffmpegPath);
  const encoder = encoders.find((name) => available.has(name));
  if (encoder === undefined) return null;

  const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-'));
  try {
    const sample = path.join(folder, 'sample.ts');
    const source = 'testsrc2=size=640x360:rate=10:duration=1';
    const made = await run(options.ffmpegPath, [
      ...['-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', '-c:v', encoder, '-y', sample],
    ]);
    if (made.code !== 0) return null;
    for (const { name, format } of candidates) {
      const trial = await run(options.ffmpegPath, [
        ...['-hwaccel', name, '-hwaccel_output_format', format, '-i', sample],
        // Pictures that are not on the chip cannot be fetched from it: the run fails where software has decoded.
        ...['-vf', 'hwdownload,format=nv12', '-frames:v', '5', '-f', 'null', '-'],
      ]);
      if (trial.code === 0) return name;
    }
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function listMethods(ffmpegPath: string): Promise<ReadonlySet<string>> {
  const { output } = await run(ffmpegPath, ['-hwaccels']);
  return new Set(
    output
      .toString('latin1')
      .split('\n')
      .map((line) => line.trim()),
  );
}

async function run(ffmpegPath: string, args: readonly string[]): Promise<FfmpegResult> {
  return runToEnd(
    {
      path: ffmpegPath,
      args: ['-hide_banner', '-nostdin', '-loglevel', 'error', ...args],
      owner,
      clean: (text) => text,
    },
    trialMs,
  );
}
