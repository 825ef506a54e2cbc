import { describe, expect, it, onTestFinished } from 'vitest';
import { StationError } from '#contract/error.ts';
import { keepAlerts, type AlertKeeper } from '#engine/alert-keeper.ts';
import type { AlertNotice } from '#contract/alert-notice.ts';
import type { StationFigures } from '#engine/alerting/figures.ts';
import { presetRules } from '#engine/alerting/presets.ts';
import { createEmitter } from '#engine/base/emitter.ts';
import { silentLogger } from '#engine/base/log.ts';
import { checkRule } from '#engine/services/alert-service.ts';
import type { EventMap } from '#engine/site.ts';
import { aRule, watchedCamera, wellFigures } from '#test/alerts.ts';
import { start, tempFolder, tempStore, testClock, type TestClock } from '#test/store.ts';

const offline = wellFigures({
  cameras: [watchedCamera({ capture: { state: 'stalled', since: start, lastFrameAt: start } })],
});

interface Rig {
  readonly keeper: AlertKeeper;
  readonly clock: TestClock;
  readonly notices: AlertNotice[];
  /** Looks at these figures, so many seconds after the start. */
  readonly at: (seconds: number, figures?: StationFigures) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function rig(folder = tempFolder(), seconds = 0, isLocked = () => false): Promise<Rig> {
  const clock = testClock(start + seconds * 1000);
  const store = await tempStore({ folder, clock });
  const notices: AlertNotice[] = [];
  let figures = wellFigures();
  const keeper = await keepAlerts({
    ...{ clock, log: silentLogger, timeZone: 'UTC', isTicking: false },
    store: {
      settings: store.settings,
      alerts: {
        ...store.alerts,
        save: (alerts) =>
          isLocked()
            ? Promise.reject(new StationError('SYS_002', 'The database is locked.'))
            : store.alerts.save(alerts),
      },
    },
    events: createEmitter<EventMap>(() => undefined),
    sink: { send: (notice) => void notices.push(notice) },
    figures: () => figures,
  });
  onTestFinished(() => keeper.close());
  return {
    ...{ keeper, clock, notices },
    async at(now, next = wellFigures()) {
      clock.set(start + now * 1000);
      figures = next;
      await keeper.look();
    },
    async stop() {
      await keeper.close();
      await store.close();
    },
  };
}

describe('the alerts of a station', () => {
  it('survive a restart: what is open goes on, and ends with the reason', async () => {
    const folder = tempFolder();
    const first = await rig(folder);
    await first.at(0, offline);
    await first.at(30, offline);
    const [alert] = await first.keeper.list({ state: 'firing', limit: 10 });
    expect(alert).toMatchObject({ ruleId: 'camera-offline', subject: 'gate', cameraId: 'gate' });
    await first.keeper.acknowledge(alert!.id, { by: 'anna', note: 'cable' });
    await first.stop();

    const second = await rig(folder, 600);
    await second.at(600);
    expect(second.keeper.open()).toMatchObject([{ id: alert!.id, state: 'acknowledged' }]);
    await second.at(660);
    expect(second.notices.map(({ phase }) => phase)).toEqual(['resolved']);
    expect(await second.keeper.list({ limit: 10 })).toMatchObject([
      { id: alert!.id, state: 'resolved', end: 'during-pause', note: 'cable', repeats: 0 },
    ]);
    await second.stop();

    const third = await rig(folder, 700);
    await third.at(700, offline);
    await third.at(730, offline);
    expect(third.keeper.open()).toMatchObject([
      { id: alert!.id, repeats: 1, state: 'acknowledged', acknowledgedBy: 'anna' },
    ]);
  });

  it('are taken by one person, once, while they fire', async () => {
    const { keeper, at } = await rig();
    await at(0, offline);
    const [pending] = keeper.open();
    const take = (by: string) => keeper.acknowledge(pending!.id, { by, note: '' });
    await expect(take('anna')).rejects.toMatchObject({ code: 'REQ_003' });
    await at(30, offline);
    expect(await take('anna')).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'anna' });
    await expect(take('bob')).rejects.toMatchObject({ message: 'anna has it already.' });
    await expect(keeper.acknowledge('nobody', { by: 'bob', note: '' })).rejects.toMatchObject({
      code: 'REQ_002',
    });
  });

  it('are told while the database is locked, and stored when it works again', async () => {
    const folder = tempFolder();
    let isLocked = true;
    const first = await rig(folder, 0, () => isLocked);
    await first.at(0, offline);
    await first.at(30, offline);
    expect(first.notices.map(({ phase }) => phase)).toEqual(['firing']);
    expect(await first.keeper.list({ limit: 10 })).toMatchObject([{ state: 'firing' }]);
    isLocked = false;
    await first.at(31, offline);
    await first.stop();
    const { keeper } = await rig(folder, 40);
    expect(keeper.open()).toMatchObject([{ ruleId: 'camera-offline', state: 'firing' }]);
  });

  it('are found by state, severity, rule, camera and time', async () => {
    const { keeper, at } = await rig();
    await at(0, { ...offline, errors: Array<string>(10).fill('INF_001') });
    await at(30, offline);
    const ids = async (query: object) =>
      (await keeper.list({ limit: 10, ...query })).map(({ ruleId }) => ruleId).sort();
    expect(await ids({})).toEqual(['camera-offline', 'errors']);
    expect(await ids({ severity: 'critical' })).toEqual(['camera-offline']);
    expect(await ids({ cameraId: 'gate' })).toEqual(['camera-offline']);
    expect(await ids({ metric: 'errors', state: 'open' })).toEqual(['errors']);
    expect(await ids({ from: start + 1 })).toEqual([]);
    expect(await ids({ state: 'resolved' })).toEqual([]);
  });
});

describe('the rules of a station', () => {
  it('begin with the presets, keep changes over a restart, and come back by a reset', async () => {
    const folder = tempFolder();
    const first = await rig(folder);
    expect(first.keeper.rules().map(({ id }) => id)).toEqual(presetRules.map(({ id }) => id));
    await first.keeper.saveRule(aRule({ metric: 'cpu', limit: 70 }));
    await first.keeper.saveRule(aRule({ id: 'mine', name: 'Mine' }));
    await first.keeper.removeRule('latency');
    await first.stop();
    const { keeper } = await rig(folder);
    const limit = () => keeper.rules().find(({ id }) => id === 'cpu')?.limit;
    expect([limit(), keeper.rules().length]).toEqual([70, presetRules.length]);
    await keeper.resetRules();
    expect([limit(), keeper.rules().length]).toEqual([80, presetRules.length + 1]);
    expect(keeper.rules().find(({ id }) => id === 'mine')?.isPreset).toBe(false);
  });

  it('can be tested', async () => {
    const { keeper, notices } = await rig();
    expect(keeper.test('camera-offline')).toEqual(['desktop', 'sound']);
    expect(notices).toMatchObject([{ phase: 'test', ruleId: 'camera-offline', value: null }]);
    expect(() => keeper.test('none')).toThrow('There is no alert rule "none".');
  });

  it.each<[string, Parameters<typeof aRule>[0], string]>([
    ['a scope that does not fit', { metric: 'cpu', scope: 'cameras' }, 'scope'],
    ['the wrong side', { metric: 'cpu', condition: 'below' }, 'condition'],
    ['a limit of what is so or not', { metric: 'database', limit: 2 }, 'limit'],
    ['more than all', { metric: 'cpu', limit: 101 }, 'limit'],
    ['no camera', { metric: 'latency', scope: 'camera' }, 'cameraId'],
    [
      'a camera that is not there',
      { metric: 'latency', scope: 'camera', cameraId: 'x' },
      'cameraId',
    ],
    ['a zone that is not there', { metric: 'loitering', scope: 'zone', zoneId: 'x' }, 'zoneId'],
    ['quiet hours of no length', { quietHours: { from: '06:00', to: '06:00' } }, 'quietHours.to'],
    ['nobody to go further to', { escalateAfterS: 60, escalateTo: [] }, 'escalateTo'],
  ])('are refused with %s', (_, changes, path) => {
    const site = {
      cameras: () => [watchedCamera()],
      plan: () => ({ lines: [], zones: [], flows: [] }),
    };
    const check = () => checkRule(aRule(changes), site);
    expect(check).toThrow(expect.objectContaining({ path }) as Error);
  });
});
