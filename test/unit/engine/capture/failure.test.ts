import { describe, expect, it } from 'vitest';
import { describeFailure, describeNoStart, describeSilence } from '#engine/capture/failure.ts';
import type { StreamSource } from '#engine/capture/source.ts';

const rtsp: StreamSource = { kind: 'rtsp', url: 'rtsp://joe:secret@cam:554/1' };
const http: StreamSource = { kind: 'http', url: 'http://cam/v.mjpg' };
const file: StreamSource = { kind: 'file', path: '/clips/a.mp4' };
const usb: StreamSource = { kind: 'usb', device: '/dev/video0' };

// As ffmpeg 5.1 said them here.
describe('describeFailure', () => {
  it.each<[string, StreamSource, string[], string, RegExp]>([
    [
      'a wrong password',
      rtsp,
      [
        '[rtsp @ 0x5] [error] method DESCRIBE failed: 401 Unauthorized',
        '[error] rtsp://***@cam:554/1: Server returned 401 Unauthorized (authorization failed)',
      ],
      'CAM_002',
      /cam:554 refused the user name or the password/,
    ],
    [
      'a path that is not there',
      rtsp,
      ['[error] rtsp://***@cam:554/1: Server returned 404 Not Found'],
      'CAM_001',
      /no stream under this path/,
    ],
    [
      'a port where nobody listens',
      rtsp,
      ['[tcp @ 0x5] [error] Connection to tcp://cam:554?timeout=0 failed: Connection refused'],
      'CAM_001',
      /refuses the connection/,
    ],
    [
      'an unknown name',
      http,
      ['[tcp @ 0x5] [error] Failed to resolve hostname cam: Name or service not known'],
      'CAM_001',
      /not known in this network/,
    ],
    [
      'a camera that does not answer, which ffmpeg reports so',
      rtsp,
      ['[error] rtsp://cam:554/1: Invalid data found when processing input'],
      'CAM_001',
      /did not answer as an RTSP camera/,
    ],
    [
      'a web page',
      http,
      ['[error] http://cam/v.mjpg: Invalid data found when processing input'],
      'CAM_003',
      /not with a video/,
    ],
    [
      'a missing file',
      file,
      ['[error] file:/clips/a.mp4: No such file or directory'],
      'CAM_004',
      /There is no file "a.mp4"/,
    ],
    [
      'a text file',
      file,
      ['[error] file:/clips/a.mp4: Invalid data found when processing input'],
      'CAM_003',
      /"a.mp4" is no video/,
    ],
    [
      'a cut file',
      file,
      [
        '[mov @ 0x5] [error] moov atom not found',
        '[error] file:/clips/a.mp4: Invalid data found when processing input',
      ],
      'CAM_003',
      /cut off/,
    ],
    [
      'a sound file',
      file,
      ["[fatal] Stream map '0:v:0' matches no streams."],
      'CAM_003',
      /has no video/,
    ],
    [
      'a USB camera that is not plugged in',
      usb,
      [
        '[video4linux2,v4l2 @ 0x5] [error] Cannot open video device /dev/video0: No such file or directory',
      ],
      'CAM_001',
      /plug it in/,
    ],
    ['silence', rtsp, [], 'CAM_001', /gave no picture/],
    [
      'a title that sounds like an error',
      rtsp,
      ['[info]     title           : 401 Unauthorized'],
      'CAM_001',
      /gave no picture/,
    ],
  ])('knows %s', (_, source, lines, code, message) => {
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
    });
  });
});

it('tells silence from a camera that never began', () => {
  expect(describeSilence(rtsp, 3.2).code).toBe('CAM_006');
  expect(describeNoStart(rtsp, 20).code).toBe('CAM_001');
});
