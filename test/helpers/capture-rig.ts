/**
 * Runs a real capture with an intake that looks at each frame, and records what it says.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { CameraSettings, CaptureState } from '#contract/camera.ts';
import { systemClock } from '#engine/base/clock.ts';
import type { Frame, FrameLayout } from '#engine/base/frame.ts';
import { createFrameQueue } from '#engine/base/frame-queue.ts';
import type { Logger } from '#engine/base/log.ts';
import {
  type Capture,
  type CapturePlay,
  type Keeping,
  keepsNothing,
  type PreviewPicture,
} from '#engine/capture/capture.ts';
import type { RecordingState, Segment } from '#contract/recording.ts';
import { openFfmpegCapture } from '#engine/capture/ffmpeg-capture.ts';
import { createFfmpegFinder } from '#engine/capture/ffmpeg-locate.ts';
import { ownerVariable } from '#engine/capture/ffmpeg-process.ts';
import { parseSource } from '#engine/capture/source.ts';

export interface RigOptions extends Partial<Omit<CameraSettings, 'source'>> {
  readonly isReplay?: boolean;
  readonly play?: CapturePlay;
  readonly keeping?: Keeping;
  /** Called with each frame; a promise holds its slot until then */
  readonly onFrame?: (frame: Frame) => Promise<void> | undefined;
}

export interface CaptureRig {
  readonly capture: Capture;
  readonly owner: string;
  readonly states: CaptureState[];
  readonly layouts: FrameLayout[];
  readonly frames: (Frame & { readonly digest: string })[];
  readonly previews: PreviewPicture[];
  readonly segments: Segment[];
  readonly recordings: RecordingState[];
  /** Everything that was logged, as text */
  readonly logged: string[];
  dropped(): number;
  /** Pixels of the newest frame: planar G, B, R */
  lastPixels(): Uint8Array;
  /** Resolves when it holds; looks after each event. Rejects after a generous time with `what`. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Resolves with the next state of this name that comes after `index` states. */
  state<S extends CaptureState['state']>(
    name: S,
    index?: number,
  ): Promise<Extract<CaptureState, { state: S }>>;
  close(): Promise<void>;
}

/** One finder for all: ffmpeg is looked for once. */
export const findFfmpeg = createFfmpegFinder({ configured: '', resourcesFolder: '/nowhere' });

const generousMs = 60_000;
let rigs = 0;

export function openRig(source: string, options: RigOptions = {}): CaptureRig {
  const { isReplay = false, play = null, keeping = keepsNothing, onFrame, ...settings } = options;
  const owner = `rig-${process.pid}-${rigs++}`;
  const rig = {
    states: [] as CaptureState[],
    layouts: [] as FrameLayout[],
    frames: [] as (Frame & { digest: string })[],
    previews: [] as PreviewPicture[],
    segments: [] as Segment[],
    recordings: [] as RecordingState[],
    logged: [] as string[],
  };
  let pixels: Uint8Array = new Uint8Array(0);
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const look of [...waiting]) look();
  };

  const queue = createFrameQueue({
    isReplay,
    maxInFlight: 1,
    clock: systemClock,
    onSlots: (_, layout) => rig.layouts.push(layout),
    onReady: pump,
  });

  function pump(): void {
    for (const queued of queue.ready()) {
      const { frame } = queued;
      pixels = queue.bytes(frame.slot).slice();
      const digest = createHash('md5').update(pixels).digest('hex');
      rig.frames.push({ ...frame, digest });
      queue.start(queued);
      const done = (): void => {
        queue.done(frame);
        pump();
      };
      const held = onFrame?.(frame);
      if (held) void held.then(done);
      else done();
      changed();
    }
  }

  const note = (fact: string, fields: object = {}): void => {
    rig.logged.push(`${fact} ${JSON.stringify(fields)}`);
  };
  const log: Logger = { debug: note, info: note, warn: note, error: note };
  const parsed = parseSource(source);
  if (parsed.kind === 'simulated') throw new Error('the rig is for streams');
  const capture = openFfmpegCapture(
    {
      camera: {
        id: 'rig',
        name: 'Rig',
        source,
        transport: 'tcp',
        fps: 5,
        isLooped: true,
        isEnabled: true,
        ...settings,
      },
      isReplay,
      play,
      keeping,
      analysisFor: ({ width, height }) => ({ width: width / 2, height: height / 2 }),
    },
    {
      intake: queue,
      clock: systemClock,
      log,
      random: () => 0,
      ffmpeg: findFfmpeg,
      owner,
      onState: (state) => {
        rig.states.push(state);
        changed();
      },
      onPreview: (picture) => {
        rig.previews.push(picture);
        changed();
      },
      onSegment: (segment) => {
        rig.segments.push(segment);
        changed();
      },
      onRecording: (state) => {
        rig.recordings.push(state);
        changed();
      },
    },
    parsed,
  );

  async function until(what: string, holds: () => boolean): Promise<void> {
    const done = Promise.withResolvers<undefined>();
    const look = (): void => {
      if (holds()) done.resolve(undefined);
    };
    const timer = setTimeout(() => {
      const story = JSON.stringify(rig.states.slice(-8));
      done.reject(new Error(`no ${what} in time; states: ${story}; ${rig.logged.join('; ')}`));
    }, generousMs);
    waiting.add(look);
    look();
    try {
      await done.promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(look);
    }
  }

  return {
    ...rig,
    capture,
    owner,
    dropped: () => queue.dropped(),
    lastPixels: () => pixels,
    until,
    async state(name, index = 0) {
      const find = () => rig.states.slice(index).find(({ state }) => state === name);
      await until(`state ${name}`, () => find() !== undefined);
      return find() as never;
    },
    close: () => capture.close(),
  };
}

/** Process ids that carry this owner's mark (Linux). */
export async function processesOf(owner: string): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
      return text.split('\0').includes(`${ownerVariable}=${owner}`);
    }),
  );
  return names.filter((_, at) => marked[at]).map(Number);
}
