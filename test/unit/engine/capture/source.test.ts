import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { nameOf, parseSource } from '#engine/capture/source.ts';

describe('parseSource', () => {
  it.each([
    ['rtsp://cam/1', { kind: 'rtsp', url: 'rtsp://cam/1' }],
    [' RTSP://joe:p@ss@cam:554/1 ', { kind: 'rtsp', url: 'rtsp://joe:p%40ss@cam:554/1' }],
    ['rtsps://cam/1', { kind: 'rtsp', url: 'rtsps://cam/1' }],
    ['http://cam/a.mjpg?x=1', { kind: 'http', url: 'http://cam/a.mjpg?x=1' }],
    ['https://cam', { kind: 'http', url: 'https://cam/' }],
    ['/clips/a b.mp4', { kind: 'file', path: '/clips/a b.mp4' }],
    ['clips/a.mp4', { kind: 'file', path: path.resolve('clips/a.mp4') }],
    ['file:///clips/a%20b.mp4', { kind: 'file', path: '/clips/a b.mp4' }],
    ['usb:/dev/video0', { kind: 'usb', device: '/dev/video0' }],
    ['simulated://plaza?seed=7', { kind: 'simulated', url: new URL('simulated://plaza?seed=7') }],
  ])('reads %s', (text, expected) => {
    expect(parseSource(text, 'linux')).toEqual(expected);
  });

  it('takes a Windows drive for a path and a name for a USB camera', () => {
    expect(parseSource('C:\\clips\\a.mp4', 'win32').kind).toBe('file');
    expect(parseSource('usb:HD Webcam', 'win32')).toEqual({ kind: 'usb', device: 'HD Webcam' });
  });

  it.each([
    ['', 'linux'],
    ['ftp://cam/1', 'linux'],
    ['rtsp://', 'linux'],
    ['rtsp://joe:secret#1@cam/1', 'linux'],
    ['rtsp://joe:12/secret@cam/1', 'linux'],
    ['http://', 'linux'],
    ['localhost:8554/cam', 'linux'],
    ['192.168.1.9:554/secret', 'linux'],
    ['usb:0', 'linux'],
    ['usb:/etc/passwd', 'linux'],
    ['usb:a":audio="b', 'win32'],
    ['usb:0', 'darwin'],
    ['file://host/share.mp4', 'linux'],
    ['a\nb', 'linux'],
    ['concat:/a|/b', 'linux'],
  ] as const)('refuses %j on %s, saying what is accepted and no secret', (text, platform) => {
    const error = refusal(() => parseSource(text, platform));
    expect(error.code).toBe('CAM_004');
    expect(error.message).toContain('Accepted are rtsp://');
    expect(error.message).not.toContain('secret');
  });
});

it('names a source without its user', () => {
  const source = parseSource('rtsp://joe:secret@cam:554/1');
  expect(source.kind === 'simulated' ? '' : nameOf(source)).toBe('cam:554');
});

function refusal(act: () => unknown): StationError {
  try {
    act();
  } catch (error) {
    if (error instanceof StationError) return error;
  }
  throw new Error('nothing was refused');
}
