/**
 * Keeps the alerts of a station: looks at its rules each second, stores what fires, tells people, and goes on after a restart.
 *
 *   figures ──each second──▶ alert book ──▶ store, event 'alert'
 *                                      └──▶ sink: page, channels
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Alert, AlertRule, AlertRuleView } from '#contract/alert.ts';
import { StationError } from '#contract/error.ts';
import { say } from '#contract/station-sentence.ts';
import { createAlertBook, noticeOf, type KeptAlert, type Outcome } from './alerting/alert-book.ts';
import type { Moment } from './alerting/alert-machine.ts';
import type { AlertSink } from './alerting/alert-notice.ts';
import type { StationFigures } from './alerting/figures.ts';
import { presetRules } from './alerting/presets.ts';
import { readMetric } from './alerting/read-metric.ts';
import type { Clock } from './base/clock.ts';
import type { Emitter } from './base/emitter.ts';
import type { Logger } from './base/log.ts';
import type { EventMap } from './site.ts';
import type { AlertQuery } from './store/records.ts';
import type { Store } from './store/store.ts';

const tickMs = 1_000;
/** More open alerts than this are not taken over from the run before */
const maxCarried = 1_000;
const seededKey = 'alert-presets';

export interface AlertKeeper {
  rules(): AlertRuleView[];
  saveRule(rule: AlertRule): Promise<AlertRule>;
  /** Rejects with REQ_002 when there is none. */
  removeRule(id: string): Promise<void>;
  /** The presets as they came; resolves to all rules. */
  resetRules(): Promise<AlertRule[]>;
  /** Tells the channels of a rule that this is a test. Throws REQ_002 when there is none. */
  test(id: string): string[];
  /** Newest first; rejects with the errors of the store. */
  list(query: AlertQuery): Promise<Alert[]>;
  /** Rejects with REQ_002 when there is none. */
  get(id: string): Promise<Alert>;
  /** Rejects with REQ_002 when there is none, REQ_003 when it does not fire or somebody has it. */
  acknowledge(id: string, who: { readonly by: string; readonly note: string }): Promise<Alert>;
  /** Pending, firing and acknowledged ones. */
  open(): Alert[];
  /** Looks once, now; for tests that own the clock. Resolves when what came of it is stored, or could not be. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface AlertKeeperDeps {
  readonly store: Pick<Store, 'alerts' | 'settings'>;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  readonly log: Logger;
  /** IANA name of the zone by whose clock quiet hours are */
  readonly timeZone: string;
  readonly sink: AlertSink;
  readonly figures: () => StationFigures;
  /** Whether it looks by itself, each second */
  readonly isTicking: boolean;
}

/** Goes on with what the store has. Rejects with the store's errors. */
export async function keepAlerts(deps: AlertKeeperDeps): Promise<AlertKeeper> {
  const { store, events, clock, log, sink } = deps;
  const moment = (): Moment => ({ at: clock.now(), monotonicMs: clock.monotonicMs() });
  await seed();
  const rules = await store.alerts.rules();
  const book = createAlertBook({
    ...{ rules, moment: moment(), timeZone: deps.timeZone, newId: () => randomUUID() },
    stored: await readStored(),
  });
  /** What is not in the store yet, by id */
  const unsaved = new Map<string, KeptAlert>();
  let saving: Promise<void> = Promise.resolve();
  let isFailing = false;

  /** Presets that this station never had; those that somebody removed stay away. */
  async function seed(): Promise<void> {
    const had = (await store.settings.get(seededKey, z.array(z.string()))) ?? [];
    const fresh = presetRules.filter(({ id }) => !had.includes(id));
    if (fresh.length === 0) return;
    const taken = new Set((await store.alerts.rules()).map(({ id }) => id));
    for (const rule of fresh) if (!taken.has(rule.id)) await store.alerts.saveRule(rule);
    await store.settings.set(seededKey, [...had, ...fresh.map(({ id }) => id)]);
  }

  /** Newest first, so that an open alert comes before those of its subject that ended. */
  async function readStored(): Promise<KeptAlert[]> {
    const longestS = Math.max(0, ...rules.map(({ cooldownS }) => cooldownS));
    const endedSince = clock.now() - longestS * 1000;
    const [open, ended] = await Promise.all([
      store.alerts.list({ state: 'open', limit: maxCarried }),
      store.alerts.list({ endedSince, limit: maxCarried }),
    ]);
    const byEnd = ended.toSorted((a, b) => (b.alert.resolvedAt ?? 0) - (a.alert.resolvedAt ?? 0));
    return [...open, ...byEnd];
  }

  /** Tells, shows and stores what came of a look or a change. */
  function take({ changed, notices }: Outcome): Promise<void> {
    for (const kept of changed) {
      unsaved.set(kept.alert.id, kept);
      events.emit('alert', kept.alert);
    }
    for (const { notice, channels } of notices) {
      const { alertId, ruleId, phase, severity, detail } = notice;
      log.info('alert', { alertId, ruleId, phase, severity, detail });
      sink.send(notice, channels);
    }
    saving = saving.then(save);
    return saving;
  }

  /** What cannot be written now is tried again at the next look. */
  async function save(): Promise<void> {
    if (unsaved.size === 0) return;
    const batch = [...unsaved];
    try {
      await store.alerts.save(batch.map(([, kept]) => kept));
      for (const [id, kept] of batch) if (unsaved.get(id) === kept) unsaved.delete(id);
      isFailing = false;
    } catch (error) {
      const { code, message } = StationError.from(error, 'SYS_002');
      if (!isFailing) log.warn('alerts not written, trying again', { code, reason: message });
      isFailing = true;
    }
  }

  async function look(): Promise<void> {
    const figures = deps.figures();
    await take(book.look((rule) => readMetric(rule, figures), moment()));
  }

  async function useRules(next: readonly AlertRule[]): Promise<void> {
    await take(book.setRules(next, moment()));
  }

  function ruleOf(id: string): AlertRule {
    const rule = book.rules().find((each) => each.id === id);
    if (rule) return rule;
    throw new StationError('REQ_002', `There is no alert rule "${id}".`, { path: 'id' });
  }

  /** An alert as it is now; what is stored may be a look behind. */
  async function find(id: string): Promise<Alert> {
    const now = book.open().find((alert) => alert.id === id) ?? unsaved.get(id)?.alert;
    const alert = now ?? (await store.alerts.list({ id, limit: 1 }))[0]?.alert;
    if (alert) return alert;
    throw new StationError('REQ_002', `There is no alert "${id}".`, { path: 'id' });
  }

  const stop = events.listen('notice', ({ cameraId, message }) => {
    void take(book.tell({ cameraId, message }, clock.now()));
  });
  const timer = setInterval(() => {
    if (!deps.isTicking) return;
    // A figure that cannot be read must not end the station.
    look().catch((error: unknown) => log.error('rules not looked at', { error }));
  }, tickMs);
  timer.unref();

  return {
    rules: () =>
      book.rules().map((rule) => ({
        ...rule,
        isPreset: presetRules.some(({ id }) => id === rule.id),
        unknown: [...book.unknown(rule.id)],
      })),
    async saveRule(rule) {
      await store.alerts.saveRule(rule);
      const others = book.rules();
      const isKnown = others.some(({ id }) => id === rule.id);
      await useRules(
        isKnown ? others.map((each) => (each.id === rule.id ? rule : each)) : [...others, rule],
      );
      return rule;
    },
    async removeRule(id) {
      ruleOf(id);
      await store.alerts.removeRule(id);
      await useRules(book.rules().filter((rule) => rule.id !== id));
    },
    async resetRules() {
      for (const rule of presetRules) await store.alerts.saveRule(rule);
      const next = await store.alerts.rules();
      await useRules(next);
      return next;
    },
    test(id) {
      const rule = ruleOf(id);
      const at = clock.now();
      const channels = [...new Set([...rule.channels, ...rule.escalateTo])];
      sink.send(
        noticeOf(
          {
            ...{ id: `test-${randomUUID()}`, ruleId: rule.id, ruleName: rule.name },
            ...{ metric: rule.metric, severity: rule.severity, state: 'firing', subject: 'test' },
            ...{ subjectName: null, cameraId: null, value: null, condition: rule.condition },
            ...{ limit: rule.limit, since: at, firedAt: at, acknowledgedAt: null, end: null },
            ...{ acknowledgedBy: null, note: '', escalatedAt: null, resolvedAt: null, repeats: 0 },
            ...{ actions: [], ...say('ruleTested', { rule: rule.name }) },
          },
          'test',
          at,
        ),
        channels,
      );
      return channels;
    },
    async list(query) {
      const stored = await store.alerts.list(query);
      const now = new Map([
        ...[...unsaved.values()].map(({ alert }) => [alert.id, alert] as const),
        ...book.open().map((alert) => [alert.id, alert] as const),
      ]);
      const old = stored.map(({ alert }) => alert).filter(({ id }) => !now.has(id));
      return [...[...now.values()].filter((alert) => isAsked(alert, query)), ...old]
        .toSorted((a, b) => b.since - a.since)
        .slice(0, query.limit);
    },
    get: find,
    async acknowledge(id, who) {
      const outcome = book.acknowledge(id, who, moment());
      if (outcome !== null) {
        await take(outcome);
        return find(id);
      }
      const alert = await find(id);
      const why: Record<Alert['state'], string> = {
        pending: 'It does not fire yet: it has not been bad for long enough.',
        firing: 'Its rule is gone.',
        acknowledged: `${alert.acknowledgedBy ?? 'Somebody'} has it already.`,
        resolved: 'It is resolved already.',
      };
      throw new StationError('REQ_003', why[alert.state], { path: 'id' });
    },
    open: () => book.open(),
    look,
    async close() {
      clearInterval(timer);
      stop();
      await saving;
    },
  };
}

function isAsked(alert: Alert, query: AlertQuery): boolean {
  const { state, severity, metric, ruleId, cameraId, from, to, endedSince, id } = query;
  const isState =
    state === undefined || (state === 'open' ? alert.state !== 'resolved' : state === alert.state);
  return (
    isState &&
    (id ?? alert.id) === alert.id &&
    (severity ?? alert.severity) === alert.severity &&
    (metric ?? alert.metric) === alert.metric &&
    (ruleId ?? alert.ruleId) === alert.ruleId &&
    (cameraId ?? alert.cameraId) === alert.cameraId &&
    alert.since >= (from ?? 0) &&
    alert.since < (to ?? Infinity) &&
    (endedSince === undefined || (alert.resolvedAt ?? -1) >= endedSince)
  );
}
