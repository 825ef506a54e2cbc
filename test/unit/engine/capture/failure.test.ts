import { describe, expect, it } from 'vitest';
import {
  CaptureError,
  describeFailure,
  describeNoStart,
  describeSilence,
  reasonOf,
} from '#engine/capture/failure.ts';
import type { StreamSource } from '#engine/capture/source.ts';

const rtsp: StreamSource = { kind: 'rtsp', url: 'rtsp://joe:secret@cam:554/1' };
const http: StreamSource = { kind: 'http', url: 'http://cam/v.mjpg' };
const file: StreamSource = { kind: 'file', path: '/clips/a.mp4' };
const usb: StreamSource = { kind: 'usb', device: '/dev/video0' };

interface Story {
  readonly source: StreamSource;
  readonly lines: readonly string[];
  readonly code: string;
  readonly message: RegExp;
}

// As ffmpeg 5.1 said them here.
describe('describeFailure', () => {
  it.each<[string, Story]>([
    [
      'a wrong password',
      {
        source: rtsp,
        lines: [
          '[rtsp @ 0x5] [error] method DESCRIBE failed: 401 Unauthorized',
          '[error] rtsp://***@cam:554/1: Server returned 401 Unauthorized (authorization failed)',
        ],
        code: 'CAM_002',
        message: /cam:554 refused the user name or the password/,
      },
    ],
    [
      'a path that is not there',
      {
        source: rtsp,
        lines: ['[error] rtsp://***@cam:554/1: Server returned 404 Not Found'],
        code: 'CAM_001',
        message: /no stream under this path/,
      },
    ],
    [
      'a port where nobody listens',
      {
        source: rtsp,
        lines: [
          '[tcp @ 0x5] [error] Connection to tcp://cam:554?timeout=0 failed: Connection refused',
        ],
        code: 'CAM_001',
        message: /refuses the connection/,
      },
    ],
    [
      'an unknown name',
      {
        source: http,
        lines: ['[tcp @ 0x5] [error] Failed to resolve hostname cam: Name or service not known'],
        code: 'CAM_001',
        message: /not known in this network/,
      },
    ],
    [
      'a camera that does not answer, which ffmpeg reports so',
      {
        source: rtsp,
        lines: ['[error] rtsp://cam:554/1: Invalid data found when processing input'],
        code: 'CAM_001',
        message: /did not answer as an RTSP camera/,
      },
    ],
    [
      'a web page',
      {
        source: http,
        lines: ['[error] http://cam/v.mjpg: Invalid data found when processing input'],
        code: 'CAM_003',
        message: /not with a video/,
      },
    ],
    [
      'a missing file',
      {
        source: file,
        lines: ['[error] file:/clips/a.mp4: No such file or directory'],
        code: 'CAM_004',
        message: /There is no file "a.mp4"/,
      },
    ],
    [
      'a text file',
      {
        source: file,
        lines: ['[error] file:/clips/a.mp4: Invalid data found when processing input'],
        code: 'CAM_003',
        message: /"a.mp4" is no video/,
      },
    ],
    [
      'a cut file',
      {
        source: file,
        lines: [
          '[mov @ 0x5] [error] moov atom not found',
          '[error] file:/clips/a.mp4: Invalid data found when processing input',
        ],
        code: 'CAM_003',
        message: /cut off/,
      },
    ],
    [
      'a sound file',
      {
        source: file,
        lines: ["[fatal] Stream map '0:v:0' matches no streams."],
        code: 'CAM_003',
        message: /has no video/,
      },
    ],
    [
      'a USB camera that is not plugged in',
      {
        source: usb,
        lines: [
          '[video4linux2,v4l2 @ 0x5] [error] Cannot open video device /dev/video0: No such file or directory',
        ],
        code: 'CAM_001',
        message: /plug it in/,
      },
    ],
    ['silence', { source: rtsp, lines: [], code: 'CAM_001', message: /gave no picture/ }],
    [
      'a title that sounds like an error',
      {
        source: rtsp,
        lines: ['[info]     title           : 401 Unauthorized'],
        code: 'CAM_001',
        message: /gave no picture/,
      },
    ],
  ])('knows %s', (_, { source, lines, code, message }) => {
    const failure = describeFailure({ source, lines, hadPictures: false });
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toMatch(/secret|joe/);
  });

  it('takes the end of a stream that had pictures for a loss, whatever was said about packets', () => {
    const lines = ['[h264 @ 0x5] [error] Invalid data found when processing input'];
    expect(describeFailure({ source: rtsp, lines, hadPictures: true })).toEqual({
      code: 'CAM_001',
      message: 'cam:554 ended the stream: waiting for it to come back.',
      said: { name: 'streamEnded', values: { name: 'cam:554' } },
    });
  });
});

it('says it so that a page can say it in its own language', () => {
  const { code, message, said } = describeSilence(rtsp, 3.2);
  expect(message).toBe('cam:554 sent no picture for 3 seconds: connecting again.');
  expect({ code, said }).toEqual({
    code: 'CAM_006',
    said: { name: 'fellSilent', values: { name: 'cam:554', seconds: 3 } },
  });
});

it('keeps its sentence when it is thrown, and takes what else is thrown for a camera that cannot be reached', () => {
  const reason = describeNoStart(rtsp, 20);
  expect(reasonOf(new CaptureError(reason))).toEqual(reason);
  expect(reasonOf(new Error('EPIPE'))).toEqual({ code: 'CAM_001', message: 'EPIPE' });
});

it('tells silence from a camera that never began', () => {
  expect(describeSilence(rtsp, 3.2).code).toBe('CAM_006');
  expect(describeNoStart(rtsp, 20).code).toBe('CAM_001');
});
