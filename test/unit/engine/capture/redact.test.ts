import { describe, expect, it } from 'vitest';
import { createRedactor, keepSecrets, redact } from '#engine/capture/redact.ts';

describe('redact', () => {
  it.each([
    ['a password', 'rtsp://joe:secret@cam/1', 'rtsp://joe:***@cam/1'],
    ['a password with @', 'rtsp://joe:p@ss@cam/1', 'rtsp://joe:***@cam/1'],
    ['a password with # that should be %23', 'rtsp://joe:pa#ss@cam/1', 'rtsp://joe:***@cam/1'],
    ['one with # after digits', 'rtsp://joe:12#ss@cam/1', 'rtsp://joe:***@cam/1'],
    ['one with /', 'rtsp://joe:pa/ss@cam/1', 'rtsp://joe:***@cam/1'],
    ['one with / after digits', 'rtsp://joe:12/ss@cam/1', 'rtsp://joe:***@cam/1'],
    ['a user without password', 'rtsp://joe@cam/1', 'rtsp://joe@cam/1'],
    ['no user', 'rtsp://cam:554/1', 'rtsp://cam:554/1'],
    ['an @ in a query', 'http://cam:80/x?mail=a@b', 'http://cam:80/x?mail=a@b'],
    [
      'a field of a query',
      'http://cam/v?user=joe&pwd=secret&x=1',
      'http://cam/v?user=joe&pwd=***&x=1',
    ],
    ['a path', '/data/joe:secret@x.mp4', '/data/joe:secret@x.mp4'],
    ['a file address', 'file:///a:b@c.mp4', 'file:///a:b@c.mp4'],
    ['a simulated plaza', 'simulated://plaza?seed=7', 'simulated://plaza?seed=7'],
  ])('handles %s', (_, source, expected) => {
    expect(redact(source)).toBe(expected);
  });
});

describe('keepSecrets', () => {
  const stored = 'rtsp://joe:secret@cam:554/1';
  it.each([
    ['another path', 'rtsp://joe:***@cam:554/2', 'rtsp://joe:secret@cam:554/2'],
    ['another user', 'rtsp://ann:***@cam:554/1', 'rtsp://ann:secret@cam:554/1'],
    ['a new password', 'rtsp://joe:new@cam:554/1', 'rtsp://joe:new@cam:554/1'],
    ['another host, which must not get the password', 'rtsp://joe:***@evil:554/1', null],
  ])('knows what to do for %s', (_, edited, expected) => {
    expect(keepSecrets(edited, stored)).toBe(expected);
  });

  it('restores a field of a query, also one with signs of a replacement pattern', () => {
    const secret = 'http://cam/v?user=joe&pwd=$&x$1';
    expect(keepSecrets('http://cam/v?user=joe&pwd=***', secret)).toBe(
      'http://cam/v?user=joe&pwd=$',
    );
  });

  it('has nothing to keep where nothing was stored', () => {
    expect(keepSecrets('rtsp://joe:***@cam/1', 'rtsp://cam/1')).toBeNull();
  });

  it('undoes redact', () => {
    for (const source of [stored, 'rtsp://joe:p@s/s@cam/1', 'http://cam/v?token=abc']) {
      expect(keepSecrets(redact(source), source)).toBe(source);
    }
  });
});

describe('redactor of foreign text', () => {
  const clean = createRedactor('rtsp://joe:p%40ss@cam/1');
  it.each([
    ['rtsp://joe:p%40ss@cam/1: Connection refused', 'rtsp://***@cam/1: Connection refused'],
    ['opening tcp://other:words@10.0.0.1?x', 'opening tcp://***@10.0.0.1?x'],
    ['the password p@ss is wrong', 'the password *** is wrong'],
    [`Authorization: Basic ${btoa('joe:p@ss')}`, 'Authorization: Basic ***'],
    ['http://h/x?password=hunter2&a=b', 'http://h/x?password=***&a=b'],
    ['Stream #0:0: Video: h264, 768x576', 'Stream #0:0: Video: h264, 768x576'],
  ])('cleans %s', (text, expected) => {
    expect(clean(text)).toBe(expected);
  });
});
