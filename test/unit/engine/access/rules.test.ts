/**
 * The pure rules of access: waiting after wrong passwords, the life of a session, who may see which camera, what the
 * audit log keeps.
 */
import { describe, expect, it } from 'vitest';
import type { Session } from '#contract/account.ts';
import { redact } from '#engine/capture/redact.ts';
import { createAttempts } from '#engine/access/attempts.ts';
import { auditText } from '#engine/access/audit-text.ts';
import { foreignCamera, namesCamera, withoutForeign } from '#engine/access/camera-scope.ts';
import { createPasswords, usualCost } from '#engine/access/passwords.ts';
import { roleIn, sessionRules, standingOf } from '#engine/access/session-rules.ts';
import { formatKey, newToken, parseKey } from '#engine/access/tokens.ts';

const secondMs = 1_000;
const minuteMs = 60_000;

describe('wrong passwords', () => {
  const rule = {
    free: 2,
    firstWaitMs: 10 * secondMs,
    maxWaitMs: minuteMs,
    forgetMs: 10 * minuteMs,
  };

  it.each([
    ['the first', 1, 0],
    ['the last free one', 2, 10 * secondMs],
    ['the next', 3, 20 * secondMs],
    ['many', 9, minuteMs],
  ])('after %s cost their wait', (_, failures, expected) => {
    const attempts = createAttempts(rule);
    for (let index = 0; index < failures; index += 1) attempts.failed('guard', 0);
    expect(attempts.waitMs('guard', 0)).toBe(expected);
    expect(attempts.waitMs('other', 0)).toBe(0);
  });

  it('are forgotten after a right one, and after a while', () => {
    const attempts = createAttempts(rule);
    for (let index = 0; index < 5; index += 1) attempts.failed('guard', 0);
    expect(attempts.waitMs('guard', 11 * minuteMs)).toBe(0);
    attempts.succeeded('guard');
    expect(attempts.waitMs('guard', 0)).toBe(0);
  });

  it('of ever new names take no more memory than of ten thousand', () => {
    const attempts = createAttempts(rule);
    for (let index = 0; index < 10_001; index += 1) {
      for (let again = 0; again < 3; again += 1) attempts.failed(`name ${String(index)}`, 0);
    }
    expect(attempts.waitMs('name 0', 0)).toBe(0);
    expect(attempts.waitMs('name 1', 0)).toBe(20 * secondMs);
  });
});

describe('a session', () => {
  const session: Session = {
    ...{ id: 'x', userId: 'guard', door: 'browser', address: '10.0.0.2' },
    ...{ createdAt: 0, seenAt: 0, activeAt: 0 },
  };
  const day = 24 * 60 * minuteMs;
  it.each([
    ['fresh', {}, minuteMs, 'active', 'admin'],
    ['untouched', {}, 16 * minuteMs, 'locked', 'viewer'],
    ['unseen', {}, 8 * day, 'ended', 'nobody'],
    ['old', { seenAt: 30 * day, activeAt: 30 * day }, 30 * day + 1, 'ended', 'nobody'],
  ] as const)('that is %s', (_, times, now, standing, role) => {
    expect(standingOf({ ...session, ...times }, now, sessionRules)).toBe(standing);
    expect(roleIn(standing, 'admin')).toBe(role);
  });
});

describe('cameras', () => {
  it.each([
    ['by cameraId', 'line.list', { cameraId: 'vault' }, 'vault'],
    ['by the id of a camera', 'camera.get', { id: 'vault' }, 'vault'],
    [
      'in a tile',
      'preview.watch',
      { tiles: [{ cameraId: 'gate' }, { cameraId: 'vault' }] },
      'vault',
    ],
    ['of one’s own', 'camera.get', { id: 'gate' }, null],
    ['by the id of something else', 'line.remove', { id: 'vault' }, null],
    ['in no object', 'x.y', null, null],
  ])('are found %s', (_, name, input, expected) => {
    expect(foreignCamera(name, input, ['gate'])).toBe(expected);
  });

  it('are named by a request or not', () => {
    expect(namesCamera('line.save', { cameraId: 'gate' })).toBe(true);
    expect(namesCamera('line.remove', { id: 'a' })).toBe(false);
  });

  it('are taken out of answers at any depth, and nothing else is', () => {
    const answer = {
      total: 2,
      rows: [
        { cameraId: 'vault' },
        { cameraId: 'gate', parts: [{ id: 1 }, { cameraId: 'vault' }] },
      ],
      bytes: Uint8Array.of(1),
    };
    expect(withoutForeign('tally.query', answer, ['gate'])).toEqual({
      total: 2,
      rows: [{ cameraId: 'gate', parts: [{ id: 1 }] }],
      bytes: Uint8Array.of(1),
    });
    expect(withoutForeign('camera.list', [{ id: 'vault' }, { id: 'gate' }], ['gate'])).toEqual([
      { id: 'gate' },
    ]);
  });
});

describe('the audit log keeps', () => {
  it.each([
    ['no password', { id: 'x', password: 'secret' }, '{"id":"x","password":"***"}'],
    [
      'no secret of a store of models',
      { settings: { accessKeyId: 'AKIA', secretAccessKey: 'x' } },
      '{"settings":{"accessKeyId":"AKIA","secretAccessKey":"***"}}',
    ],
    ['no new password', { newPassword: 'secret' }, '{"newPassword":"***"}'],
    [
      'no secret of a key',
      { key: { id: 'a' }, secret: 'tw_a_b' },
      '{"key":{"id":"a"},"secret":"***"}',
    ],
    [
      'no password in an address',
      { source: 'rtsp://guard:secret@10.0.0.2/a' },
      '{"source":"rtsp://guard:***@10.0.0.2/a"}',
    ],
    ['fields in one order', { b: 1, a: [2, { d: 3, c: 4 }] }, '{"a":[2,{"c":4,"d":3}],"b":1}'],
  ])('%s', (_, input, expected) => {
    expect(auditText(input, redact)).toBe(expected);
  });

  it('of a picture its digest', () => {
    const text = auditText({ image: 'A'.repeat(5_000) }, redact);
    expect(text).toMatch(/^{"image":{"chars":5000,"digest":"sha256:[0-9a-f]{64}"}}$/);
  });

  it('of a long request its digest', () => {
    const text = auditText(
      Array.from({ length: 5_000 }, (_, index) => index),
      redact,
    );
    expect(text).toMatch(/^{"chars":\d+,"digest":"sha256:[0-9a-f]{64}"}$/);
  });
});

describe('secrets', () => {
  it('of a key are read back from its text, and of no other text', () => {
    const secret = newToken();
    expect(parseKey(formatKey('report-2', secret))).toEqual({ id: 'report-2', secret });
    expect(parseKey(secret)).toBeNull();
    expect(parseKey(formatKey('Report', secret))).toBeNull();
  });

  it('of people are kept as a digest that differs for the same password', async () => {
    const passwords = createPasswords(usualCost);
    const [one, other] = [await passwords.hash('three words'), await passwords.hash('three words')];
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$/);
    expect(one).not.toBe(other);
    expect(await passwords.verify('three words', one)).toBe(true);
    expect(await passwords.verify('three word', one)).toBe(false);
    expect(await passwords.verify('three words', null)).toBe(false);
  });
});
