/**
 * What the shell decides, without Electron: flags, links, the place of the window, the words of tray and notes, autostart.
 */
import { describe, expect, it } from 'vitest';
import type { EventOf } from '#contract/events.ts';
import { noteOf } from '#shell/alert-note.ts';
import { autostartEntry, autostartFile } from '#shell/autostart.ts';
import { routeOfArguments, routeOfLink } from '#shell/deep-link.ts';
import { readShellFlags } from '#shell/shell-flags.ts';
import { languageOf, moodOf, type Today, trayText } from '#shell/tray-words.ts';
import { placeWindow, type WindowState } from '#shell/window-place.ts';

describe('flags of the window', () => {
  const none = { isKiosk: false, screen: null, isHeadless: false, isHidden: false };
  it.each([
    ['none', ['--port', '1'], none],
    [
      'a wall on the second screen',
      ['--kiosk', '--screen', '2'],
      { ...none, isKiosk: true, screen: 2 },
    ],
    ['one word', ['--screen=3'], { ...none, screen: 3 }],
    ['no screen of that name', ['--screen', 'left'], none],
    ['no screen at all', ['--screen'], none],
    ['a service', ['--headless'], { ...none, isHeadless: true }],
    ['a start at login', ['--hidden'], { ...none, isHidden: true }],
  ])('%s', (_, args, expected) => {
    expect(readShellFlags(args)).toEqual(expected);
  });
});

describe('a link from outside', () => {
  it.each([
    ['a camera', 'tallywatch://camera/gate-2', '#/live/gate-2'],
    ['the alerts', 'tallywatch://alerts', '#/alerts'],
    ['the alerts, as browsers write it', 'tallywatch://alerts/', '#/alerts'],
    ['no camera', 'tallywatch://camera/', null],
    ['a name that is none', 'tallywatch://camera/..%2f..', null],
    ['a script', `tallywatch://camera/a"onload=alert(1)`, null],
    ['the page itself', 'tallywatch://app/', null],
    ['a page that changes rights', 'tallywatch://access', null],
    ['a page of the web', 'https://camera/gate', null],
    ['something before it', 'x tallywatch://camera/gate', null],
    ['a query', 'tallywatch://camera/gate?x=1', null],
  ])('to %s', (_, link, expected) => {
    expect(routeOfLink(link)).toBe(expected);
  });
  it('is found among arguments', () => {
    expect(routeOfArguments(['app', '--port', '1', 'tallywatch://camera/a', 'b'])).toBe('#/live/a');
    expect(routeOfArguments(['app', '--port', '1'])).toBeNull();
  });
});

describe('the window', () => {
  const main = { x: 0, y: 0, width: 1920, height: 1040 };
  const second = { x: 1920, y: 0, width: 1280, height: 700 };
  const saved: WindowState = {
    ...{ bounds: { x: 2000, y: 50, width: 1000, height: 600 } },
    ...{ isMaximized: true, isFullScreen: false },
  };
  const at = (x: number, y: number): WindowState => ({
    ...saved,
    bounds: { ...saved.bounds, x, y },
  });
  const middle = {
    bounds: { x: 240, y: 70, width: 1440, height: 900 },
    isMaximized: false,
    isFullScreen: false,
  };
  const onSecond = { ...middle, bounds: { ...second } };
  it.each([
    ['opens in the middle at first', null, [main, second], null, middle],
    ['opens where it was', saved, [main, second], null, saved],
    ['comes back when its screen is gone', saved, [main], null, middle],
    ['comes back when its title is above the screen', at(10, -60), [main], null, middle],
    ['stays when a part of it is seen', at(1720, 50), [main], null, at(1720, 50)],
    ['comes back when almost nothing of it is', at(1721, 50), [main], null, middle],
    ['goes to the screen that is named', at(10, 10), [main, second], 2, onSecond],
    ['stays on the screen that is named', saved, [main, second], 2, saved],
    ['does not look for a screen that is not there', null, [main], 2, middle],
  ])('%s', (_, was, screens, screen, expected) => {
    expect(placeWindow({ saved: was, screens, screen })).toEqual(expected);
  });
});

describe('the tray', () => {
  const camera = (state: 'live' | 'waiting', isEnabled = true) =>
    ({ isEnabled, capture: { state } }) as NonNullable<Today['cameras']>[number];
  const today: Today = {
    ...{
      counts: { in: 128, out: 120 },
      cameras: [camera('live'), camera('live')],
      firingAlerts: 0,
    },
  };
  it.each<[string, Partial<Today>, string, string]>([
    ['all well', {}, 'counting', 'Tallywatch · today 128 in, 120 out · 2 of 2 cameras live'],
    [
      'a camera without a picture',
      { cameras: [camera('live'), camera('waiting')] },
      'attention',
      'Tallywatch · today 128 in, 120 out · 1 of 2 cameras live',
    ],
    [
      'an alert',
      { firingAlerts: 1 },
      'attention',
      'Tallywatch · today 128 in, 120 out · 2 of 2 cameras live · 1 alert',
    ],
    [
      'no camera that is to count',
      { cameras: [camera('waiting', false)] },
      'stopped',
      'Tallywatch · today 128 in, 120 out · 0 of 0 cameras live',
    ],
    ['nobody signed in', { counts: null, cameras: null }, 'counting', 'Tallywatch'],
  ])('%s', (_, change, mood, text) => {
    expect([moodOf({ ...today, ...change }), trayText({ ...today, ...change }, 'en')]).toEqual([
      mood,
      text,
    ]);
  });
  it('speaks Vietnamese', () => {
    expect(trayText({ ...today, firingAlerts: 2 }, languageOf('vi-VN'))).toBe(
      'Tallywatch · hôm nay 128 vào, 120 ra · 2/2 camera có hình · 2 cảnh báo',
    );
  });
});

describe('a note of the system', () => {
  const notice: EventOf<'alertNotice'> = {
    ...{ alertId: '1', phase: 'firing', severity: 'critical', metric: 'camera-offline' },
    ...{ subject: 'Gate', cameraId: 'gate', detail: 'No picture for 30 s.', at: 5 },
    ...{ isShown: true, isHeard: false },
  };
  it('says what is wrong, where', () => {
    expect(noteOf(notice, 'en')).toMatchObject({
      body: 'Gate · No picture for 30 s.',
      urgency: 'critical',
    });
    expect(noteOf(notice, 'en')?.title).toMatch(/^Alert: \S/);
    expect(noteOf(notice, 'vi')?.title).toMatch(/^Cảnh báo: \S/);
  });
  it('says that it is over', () => {
    expect(noteOf({ ...notice, phase: 'resolved' }, 'en')).toMatchObject({
      body: 'Gate',
      urgency: 'normal',
    });
  });
  it.each([
    ['somebody has taken it', { phase: 'acknowledged' as const }],
    ['the page does not show it either', { isShown: false }],
  ])('is not made when %s', (_, change) => {
    expect(noteOf({ ...notice, ...change }, 'en')).toBeNull();
  });
});

describe('the start at login on Linux', () => {
  it('has each argument as it is', () => {
    const entry = autostartEntry([
      '/opt/My App/tally.AppImage',
      '--data-folder',
      '/srv/100% "a"$b\\c',
    ]);
    expect(entry).toContain(
      String.raw`Exec="/opt/My App/tally.AppImage" "--data-folder" "/srv/100%% \\"a\\"\\$b\\\\c"`,
    );
  });
  it('lies where the system looks', () => {
    expect(autostartFile({ XDG_CONFIG_HOME: '/home/mai/.config' })).toBe(
      '/home/mai/.config/autostart/tallywatch.desktop',
    );
  });
});
