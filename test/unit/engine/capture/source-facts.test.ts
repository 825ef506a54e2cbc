import { describe, expect, it } from 'vitest';
import { factsFromLines, factsFromProbe, isTimedByArrival } from '#engine/capture/source-facts.ts';

const probe = (stream: object, format: object): string =>
  JSON.stringify({ streams: [stream], format });

describe('factsFromProbe', () => {
  it.each([
    [
      'a file',
      probe(
        { codec_name: 'h264', width: 768, height: 576, avg_frame_rate: '7/1', r_frame_rate: '7/1' },
        { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration: '113.5' },
      ),
      {
        codec: 'h264',
        fps: 7,
        isFinite: true,
        lengthMs: 113_500,
        isTurned: false,
        picture: { width: 768, height: 576 },
      },
    ],
    [
      'a camera that states its clock for its rate',
      probe(
        {
          codec_name: 'hevc',
          width: 1920,
          height: 1080,
          avg_frame_rate: '0/0',
          r_frame_rate: '90000/1',
        },
        { format_name: 'rtsp' },
      ),
      { codec: 'hevc', fps: 0, isFinite: false },
    ],
    [
      'a film of a telephone that lies on its side',
      probe(
        { codec_name: 'h264', width: 1920, height: 1080, side_data_list: [{ rotation: -90 }] },
        { format_name: 'mov', duration: '3' },
      ),
      { isTurned: true, picture: { width: 1080, height: 1920 } },
    ],
    [
      'JPEGs, whose rate is invented',
      probe(
        { codec_name: 'mjpeg', width: 640, height: 480, avg_frame_rate: '25/1' },
        { format_name: 'mpjpeg' },
      ),
      { fps: 0, codec: 'mjpeg' },
    ],
  ])('reads %s', (_, json, expected) => {
    expect(factsFromProbe(json)).toMatchObject(expected);
  });

  it.each(['', '{}', '{"streams":[],"format":{}}', 'no json'])('finds no video in %j', (json) => {
    expect(factsFromProbe(json)).toBeNull();
  });
});

// As ffmpeg 5.1 wrote them here.
describe('factsFromLines', () => {
  it('reads an RTSP stream', () => {
    expect(
      factsFromLines([
        "[info] Input #0, rtsp, from 'rtsp://***@127.0.0.1:18654/cam':",
        '[info]   Duration: N/A, start: 0.571422, bitrate: N/A',
        '[info]   Stream #0:0: Video: h264 (High), yuv420p(tv, bt470bg/unknown/unknown, progressive), 768x576 [SAR 1:1 DAR 4:3], 7 fps, 7 tbr, 90k tbn',
      ]),
    ).toEqual({
      picture: { width: 768, height: 576 },
      fps: 7,
      codec: 'h264',
      format: 'rtsp',
      isFinite: false,
      lengthMs: null,
      isTurned: false,
    });
  });

  it('reads a file with sound', () => {
    expect(
      factsFromLines([
        "[info] Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:t.mp4':",
        '[info]   Duration: 00:00:30.53, start: 0.000000, bitrate: 7 kb/s',
        '[info]   Stream #0:0[0x1](eng): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz',
        '[info]   Stream #0:1[0x2](und): Video: h264 (Main) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 640x360 [SAR 1:1 DAR 16:9], 51 kb/s, 30.19 fps, 30 tbr, 15360 tbn (default)',
      ]),
    ).toMatchObject({ picture: { width: 640, height: 360 }, fps: 30.19, lengthMs: 30_530 });
  });

  it('reads a rate that is not stated as none', () => {
    expect(
      factsFromLines([
        "[info] Input #0, mpjpeg, from 'http://cam/':",
        '[info]   Stream #0:0: Video: mjpeg (Baseline), yuvj420p(pc), 320x240, 25 tbr, 25 tbn',
      ]),
    ).toMatchObject({ fps: 0, codec: 'mjpeg' });
  });

  it.each([
    [['[info] Input #0, wav, from a']],
    [['[info]   Stream #0:0: Audio: pcm_s16le, 44100 Hz']],
    [['[info]   Stream #0:0: Video: h264, none, 90k tbn']],
    [['[info]     title : Video: x']],
  ])('knows nothing from %j', (lines) => {
    expect(factsFromLines(lines)).toBeNull();
  });
});

it.each([
  ['mpjpeg', true],
  ['h264', true],
  ['rtsp', false],
  ['mov,mp4,m4a,3gp,3g2,mj2', false],
  ['hls', false],
])('%s timed by arrival: %s', (format, expected) => {
  const facts = {
    picture: { width: 1, height: 1 },
    fps: 0,
    codec: 'x',
    format,
    isFinite: false,
    lengthMs: null,
    isTurned: false,
  };
  expect(isTimedByArrival(facts)).toBe(expected);
});
