import { describe, expect, it } from 'vitest';
import { planCapture, type PlanInput } from '#engine/capture/capture-plan.ts';
import type { SourceFacts } from '#engine/capture/source-facts.ts';
import type { StreamSource } from '#engine/capture/source.ts';

const rtsp: StreamSource = { kind: 'rtsp', url: 'rtsp://cam/1' };
const http: StreamSource = { kind: 'http', url: 'http://cam/1' };
const file: StreamSource = { kind: 'file', path: '/a.mp4' };

const facts: SourceFacts = {
  picture: { width: 1280, height: 720 },
  fps: 25,
  codec: 'h264',
  format: 'rtsp',
  isFinite: false,
  lengthMs: null,
  isTurned: false,
};

function plan(change: {
  readonly source?: StreamSource;
  readonly facts?: Partial<SourceFacts>;
  readonly isReplay?: boolean;
  readonly isPlay?: boolean;
  readonly isLooped?: boolean;
  readonly isCopyable?: boolean;
  readonly isMasked?: boolean;
  readonly isRecorded?: boolean;
}): ReturnType<typeof planCapture> {
  const input: PlanInput = {
    spec: {
      isReplay: change.isReplay ?? false,
      play: change.isPlay ? { startsAt: 0, firstFrame: 7 } : null,
      camera: {
        id: 'cam',
        name: 'Cam',
        source: 'x',
        transport: 'tcp',
        fps: 5,
        isLooped: change.isLooped ?? true,
        isEnabled: true,
      },
    },
    source: change.source ?? rtsp,
    facts: { ...facts, ...change.facts },
    analysis: { width: 416, height: 234 },
    hwaccel: null,
    hasFpsMode: true,
    isCopyable: change.isCopyable ?? true,
    isMasked: change.isMasked ?? false,
    isRecorded: change.isRecorded ?? false,
    encoder: 'libx264',
  };
  return planCapture(input);
}

describe('planCapture', () => {
  it.each([
    ['a camera comes at its own pace', {}, { isPaced: false, isLooped: false, fps: 5 }],
    ['a file is paced and looped', { source: file }, { isPaced: true, isLooped: true, fps: 5 }],
    [
      'a file played once is paced',
      { source: file, isLooped: false },
      { isPaced: true, isLooped: false },
    ],
    [
      'a replay is neither, and has every frame',
      { source: file, isReplay: true },
      { isPaced: false, isLooped: false, fps: null, copy: null },
    ],
    [
      'a play comes as fast, is shown, and has the same frames each time',
      { source: file, isReplay: true, isPlay: true },
      { isPaced: false, isLooped: false, fps: 5, isRepeatable: true, copy: 'mpegts' },
    ],
    [
      'a play at about the rate of its file has every frame',
      { source: file, isReplay: true, isPlay: true, facts: { fps: 5.2 } },
      { fps: null, isRepeatable: true },
    ],
    [
      'a recording on a server is like a file',
      { source: http, facts: { isFinite: true } },
      { isPaced: true, isLooped: true },
    ],
    [
      'a stream of JPEGs is timed by arrival',
      { source: http, facts: { format: 'mpjpeg' } },
      { isTimedByArrival: true },
    ],
    [
      'a file of JPEGs is not',
      { source: file, facts: { format: 'mjpeg' } },
      { isTimedByArrival: false },
    ],
    ['H.264 is copied', {}, { copy: 'mpegts' }],
    ['H.265 is copied', { facts: { codec: 'hevc' } }, { copy: 'mpegts' }],
    ['JPEGs are copied', { facts: { codec: 'mjpeg' } }, { copy: 'jpeg' }],
    ['other codecs are encoded', { facts: { codec: 'vp9' } }, { copy: 'encoded' }],
    ['a turned picture is encoded', { facts: { isTurned: true } }, { copy: 'encoded' }],
    ['what could not be copied is encoded', { isCopyable: false }, { copy: 'encoded' }],
    ['a recorded stream is copied', { isRecorded: true }, { copy: 'mpegts', maskSize: null }],
    [
      'recorded JPEGs are encoded as a stream',
      { facts: { codec: 'mjpeg' }, isRecorded: true },
      { copy: 'reencoded', maskSize: null },
    ],
    [
      'what is masked is never copied',
      { isMasked: true },
      { copy: 'encoded', maskSize: { width: 960, height: 540 } },
    ],
    [
      'what is masked and recorded is encoded as a stream',
      { isMasked: true, isRecorded: true },
      { copy: 'reencoded', maskSize: { width: 1280, height: 720 } },
    ],
    ['720p is decoded by one thread', {}, { decoderThreads: 1 }],
    ['4K by two', { facts: { picture: { width: 3840, height: 2160 } } }, { decoderThreads: 2 }],
  ] as const)('%s', (_, change, expected) => {
    expect(plan(change)).toMatchObject(expected);
  });
});
