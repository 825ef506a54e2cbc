/**
 * When an update is installed, who gets it first, whose list is believed, and what becomes of a version that is not well.
 */
import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { type InstallFacts, mayInstall, quietMs } from '#engine/update/install-rule.ts';
import { newFeedKeys, publicKeyOf, requireSigned, signFeed } from '#engine/update/signed-feed.ts';
import { isOffered, shareNumber } from '#engine/update/staged-share.ts';
import {
  judgeStart,
  judgeTrial,
  maxStarts,
  provenWithinMs,
  type TrialNote,
  wellForMs,
  whatIsWrong,
} from '#engine/update/trial.ts';
import { toUpdateError } from '#engine/update/update-error.ts';

describe('an update that is fetched', () => {
  const night = Date.UTC(2026, 2, 2, 20); // 03:00 in Vietnam
  const day = Date.UTC(2026, 2, 2, 5); // noon there
  const facts: InstallFacts = {
    settings: { channel: 'latest', mode: 'install', from: '02:00', to: '05:00' },
    now: night,
    timeZone: 'Asia/Ho_Chi_Minh',
    deferredUntil: null,
    countingCameras: 4,
    wasTakenBack: false,
    lastCrossingAt: night - quietMs,
  };
  const asking = { settings: { ...facts.settings, mode: 'download' as const } };
  it.each<[string, Partial<InstallFacts>, unknown]>([
    ['goes in at night when nobody crosses', {}, { may: true }],
    ['goes in when nobody ever crossed', { lastCrossingAt: null }, { may: true }],
    [
      'waits by day',
      { now: day, lastCrossingAt: null },
      { may: false, wait: 'window', until: null },
    ],
    [
      'waits while people cross',
      { lastCrossingAt: night - quietMs + 1 },
      { may: false, wait: 'counting', until: null },
    ],
    ['goes in while cameras are off', { countingCameras: 0, lastCrossingAt: night }, { may: true }],
    [
      'waits as long as a person has put it off',
      { deferredUntil: night + 1 },
      { may: false, wait: 'deferred', until: night + 1 },
    ],
    [
      'says so where a person is asked, too',
      { ...asking, deferredUntil: night + 1 },
      { may: false, wait: 'deferred', until: night + 1 },
    ],
    ['goes in when that time is over', { deferredUntil: night }, { may: true }],
    [
      'waits for a person when it was taken back before',
      { wasTakenBack: true },
      { may: false, wait: 'asking', until: null },
    ],
    ['waits for a person where one is asked', asking, { may: false, wait: 'asking', until: null }],
  ])('%s', (_, change, expected) => {
    expect(mayInstall({ ...facts, ...change })).toEqual(expected);
  });
});

describe('a share of the stations', () => {
  const numbers = Array.from({ length: 2_000 }, (_, index) => shareNumber(`station-${index}`));
  it.each([0, 10, 50, 100])('%d of a hundred', (share) => {
    const got = numbers.filter((number) => isOffered(number, share)).length / numbers.length;
    expect(got).toBeCloseTo(share / 100, 1);
  });
  it('keeps who had it when it grows, and is the same after a start', () => {
    const early = numbers.filter((number) => isOffered(number, 20));
    expect(early.every((number) => isOffered(number, 30))).toBe(true);
    expect(shareNumber('station-7')).toBe(numbers[7]);
  });
  it('is everybody where none is named', () => {
    expect(numbers.every((number) => isOffered(number, null))).toBe(true);
  });
});

describe('the signature of a list', () => {
  const text = 'version: 1.2.0\n';
  const own = newFeedKeys();
  const other = newFeedKeys();
  const codeOf = (work: () => void): string => {
    try {
      work();
      return 'believed';
    } catch (error) {
      return error instanceof StationError ? error.code : String(error);
    }
  };
  it.each([
    ['its own', text, signFeed(text, own.privatePem), own.publicKey, 'believed'],
    ['none', text, null, own.publicKey, 'UPD_002'],
    ['an empty one', text, '\n', own.publicKey, 'UPD_002'],
    ['that of another key', text, signFeed(text, other.privatePem), own.publicKey, 'UPD_002'],
    [
      'that of another list',
      text,
      signFeed('version: 1.3.0\n', own.privatePem),
      own.publicKey,
      'UPD_002',
    ],
    ['noise', text, 'AAAA', own.publicKey, 'UPD_002'],
    ['one, and the setting is no key', text, 'AAAA', 'no key', 'SYS_004'],
  ])('%s', (_, list, signature, publicKey, expected) => {
    expect(codeOf(() => requireSigned(list, { publicKey, signature }))).toBe(expected);
  });
  it('has its public key in the private one', () => {
    expect(publicKeyOf(own.privatePem)).toBe(own.publicKey);
  });
});

const note: TrialNote = {
  ...{ from: '1.0.0', to: '1.1.0', state: 'installing', startedAt: 5, starts: 0 },
  ...{ before: { liveCameras: 2, hasModel: true }, database: 'before-1.1.0.db' },
  ...{ canReturn: true, reason: '' },
};

describe('a start', () => {
  it.each<[string, TrialNote | null, string, string]>([
    ['without an update', null, '1.0.0', 'none'],
    ['of the new version', note, '1.1.0', 'watch'],
    ['of it after it ended twice', { ...note, state: 'trial', starts: 2 }, '1.1.0', 'watch'],
    [
      'of it after it ended too often',
      { ...note, state: 'trial', starts: maxStarts },
      '1.1.0',
      'return',
    ],
    ['of it when it has proven itself', { ...note, state: 'healthy', starts: 1 }, '1.1.0', 'none'],
    ['of the old one that the installer left', note, '1.0.0', 'not-installed'],
    ['of the old one that was brought back', { ...note, state: 'returning' }, '1.0.0', 'came-back'],
    ['of the old one that a person put back', { ...note, state: 'trial' }, '1.0.0', 'came-back'],
    ['of the old one later', { ...note, state: 'returned' }, '1.0.0', 'none'],
    ['of a third one', { ...note, state: 'trial' }, '2.0.0', 'none'],
  ])('%s', (_, known, version, expected) => {
    expect(judgeStart(known, version).kind).toBe(expected);
  });
});

describe('a version on trial', () => {
  it.each([
    ['well for a minute', 70_000, 70_000 - wellForMs, null, 'healthy'],
    ['well, but not for long', 70_000, 70_000 - wellForMs + 1, null, 'watch'],
    ['not well yet', 70_000, null, 'no model counts', 'watch'],
    ['not well in time', provenWithinMs, null, 'no model counts', 'return'],
    ['well at last', provenWithinMs, provenWithinMs - 1, null, 'watch'],
  ] as const)('%s', (_, nowMs, wellSinceMs, wrong, expected) => {
    expect(judgeTrial({ startedMs: 0, nowMs, wellSinceMs, wrong })).toBe(expected);
  });
  const well = { isDatabaseWritable: true, liveCameras: 2, hasModel: true };
  it.each([
    ['all well', well, null],
    ['one camera off', { ...well, liveCameras: 1 }, null],
    ['all cameras off', { ...well, liveCameras: 0 }, 'no camera has a live picture'],
    ['no model', { ...well, hasModel: false }, 'no model counts'],
    ['no database', { ...well, isDatabaseWritable: false }, 'the database cannot be written'],
  ])('%s', (_, now, expected) => {
    expect(whatIsWrong(note.before, now)).toBe(expected);
  });
  it('needs nothing that was not there before', () => {
    const before = { liveCameras: 0, hasModel: false };
    expect(whatIsWrong(before, { ...well, liveCameras: 0, hasModel: false })).toBeNull();
  });
});

describe('what electron-updater says', () => {
  it.each([
    ['ERR_CHECKSUM_MISMATCH', 'UPD_002'],
    ['ERR_UPDATER_INVALID_VERSION', 'UPD_002'],
    ['ERR_UPDATER_CHANNEL_FILE_NOT_FOUND', 'UPD_001'],
    ['ECONNREFUSED', 'UPD_001'],
  ])('%s is %s', (code, expected) => {
    const error = toUpdateError(Object.assign(new Error('no'), { code }), 'http://updates.lan/');
    expect(error.code).toBe(expected);
  });
});
