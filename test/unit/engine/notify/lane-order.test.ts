import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotificationQuery } from '#contract/notification.ts';
import { StationError } from '#contract/error.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createLane } from '#engine/notify/lane.ts';
import { aChannel, aNotice, databaseStore } from '#test/notify-rig.ts';
import { testClock } from '#test/store.ts';

const phases = ['firing', 'escalated', 'acknowledged', 'resolved'] as const;
const channel = {
  ...{ definition: aChannel({ kind: 'slack' }), secret: '', lost: null, dropped: 0 },
};

describe('a channel whose receiver fails as it likes', () => {
  it('gets every step of each alert once, in its order', async () => {
    const failures = fc.array(fc.boolean(), { maxLength: 20 });
    const alerts = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(failures, alerts, async (fails, order) => {
        const clock = testClock();
        const store = databaseStore(clock);
        const got: string[] = [];
        const left = [...fails];
        let wakeAt = (): void => undefined;
        const lane = createLane({
          ...{ channelId: 'slack', rows: store.notifications, clock, log: silentLogger },
          random: () => 0,
          later: (_ms, act) => {
            wakeAt = act;
            return () => undefined;
          },
          channel: () => channel,
          deliver: (_channel, { notice }) => {
            if (left.shift() === true) return Promise.reject(new StationError('MSG_001', 'dead'));
            got.push(`${notice.alertId} ${notice.phase}`);
            return Promise.resolve();
          },
          onStanding: () => undefined,
        });
        const steps = [0, 0, 0];
        const sent = order.map((alert) => {
          const phase = phases[(steps[alert] = (steps[alert] ?? 0) + 1) - 1] ?? 'resolved';
          return aNotice({ alertId: String(alert), phase, severity: 'critical' });
        });
        await store.notifications.add(
          sent.map((notice, index) => ({
            ...{ channelId: 'slack', alertId: notice.alertId, phase: notice.phase },
            ...{ severity: notice.severity, metric: notice.metric, cameraId: null },
            ...{ notice: JSON.stringify(notice), key: String(index), createdAt: clock.now() },
          })),
        );
        lane.wake();
        await lane.settled();
        for (let tries = 0; tries < 25; tries += 1) {
          clock.set(clock.now() + 600_000);
          wakeAt();
          await lane.settled();
        }
        await lane.close();
        for (const alert of ['0', '1', '2']) {
          const ofAlert = (texts: readonly string[]) =>
            texts.filter((text) => text.startsWith(`${alert} `));
          const wanted = sent.map(({ alertId, phase }) => `${alertId} ${phase}`);
          expect(ofAlert(got)).toEqual(ofAlert(wanted));
        }
        const rows = await store.notifications.list(NotificationQuery.parse({}));
        expect(rows.every(({ state }) => state === 'delivered')).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
