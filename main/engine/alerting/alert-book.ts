/**
 * All alerts of a station in memory: looks at every rule, and says what must be stored and what people must be told.
 */
import type { Alert, AlertEnd, AlertPhase, AlertRule, UnknownSubject } from '#contract/alert.ts';
import { metricFacts } from '#contract/alert-metric.ts';
import { saidBy } from '#contract/station-sentence.ts';
import { stretchAt } from '#engine/base/hours-of-day.ts';
import {
  acknowledge,
  endWatch,
  idle,
  type Moment,
  type Reading,
  restore,
  step,
  type Watch,
} from './alert-machine.ts';
import type { AlertNotice } from '#contract/alert-notice.ts';

const maxActions = 20;

/** An alert that fired, and whether anybody was told that it does. */
export interface KeptAlert {
  readonly alert: Alert;
  readonly isTold: boolean;
}

/** What came of a look or of a change. */
export interface Outcome {
  /** To be stored and shown, in this order */
  readonly changed: readonly KeptAlert[];
  readonly notices: readonly { readonly notice: AlertNotice; readonly channels: string[] }[];
}

export interface AlertBook {
  readonly rules: () => readonly AlertRule[];
  /** Looks with these rules from now on; what another question found is ended. */
  setRules(rules: readonly AlertRule[], moment: Moment): Outcome;
  look(read: (rule: AlertRule) => readonly Reading[], moment: Moment): Outcome;
  /** null when no such alert fires now. */
  acknowledge(
    id: string,
    who: { readonly by: string; readonly note: string },
    moment: Moment,
  ): Outcome | null;
  /** What the station did about a camera, or about itself: it stands on the alerts that are open. */
  tell(action: { readonly cameraId: string | null; readonly message: string }, at: number): Outcome;
  /** Pending, firing and acknowledged ones. */
  open(): Alert[];
  /** Subjects of a rule about which its last look could not tell. */
  unknown(ruleId: string): readonly UnknownSubject[];
}

export interface AlertBookOptions {
  readonly rules: readonly AlertRule[];
  /** Open alerts, and those that ended a short while ago, newest first */
  readonly stored: readonly KeptAlert[];
  /** IANA name of the zone by whose clock quiet hours are */
  readonly timeZone: string;
  readonly newId: () => string;
  readonly moment: Moment;
}

/** By which rule, and when, a watch goes on. */
interface Place {
  readonly rule: AlertRule;
  readonly moment: Moment;
}

export function createAlertBook(options: AlertBookOptions): AlertBook {
  let rules = options.rules;
  /** By rule, then by subject */
  const watches = new Map<string, Map<string, Watch>>();
  const unknown = new Map<string, UnknownSubject[]>();
  for (const { alert, isTold } of options.stored.toReversed()) {
    watchesOf(alert.ruleId).set(alert.subject, restore(alert, isTold, options.moment));
  }

  function watchesOf(ruleId: string): Map<string, Watch> {
    const known = watches.get(ruleId) ?? new Map<string, Watch>();
    watches.set(ruleId, known);
    return known;
  }

  /** Puts a watch in its place; tells and stores what is different. */
  function put({ rule, moment }: Place, before: Watch, after: Watch): Outcome {
    const told = tellOf({ rule, moment, timeZone: options.timeZone }, before, after);
    const { subject } = subjectOf(told.watch) ?? subjectOf(before) ?? { subject: '' };
    watchesOf(rule.id).set(subject, told.watch);
    const kept = keptOf(told.watch);
    // What ended before, and was not bad for long enough to come back, is as it was.
    const isStill = before.state !== 'open' && told.watch.state === 'idle';
    const isNews = kept !== null && !isStill && isDifferent(keptOf(before), kept);
    return { changed: isNews ? [kept] : [], notices: told.notices };
  }

  function endAll(rule: AlertRule, end: AlertEnd, moment: Moment): Outcome {
    const outcomes = [...watchesOf(rule.id).values()].map((watch) =>
      put({ rule, moment }, watch, endWatch(watch, end, moment)),
    );
    watches.delete(rule.id);
    unknown.delete(rule.id);
    return joined(outcomes);
  }

  function lookAt(rule: AlertRule, readings: readonly Reading[], moment: Moment): Outcome {
    const known = watchesOf(rule.id);
    const there = new Set(readings.map(({ subject }) => subject));
    const { newId } = options;
    unknown.set(
      rule.id,
      readings
        .filter(({ value }) => value === null)
        .map(({ subject, subjectName, cameraId, detail, said }) => ({
          ...{ subject, subjectName, cameraId },
          ...{ reason: detail, said },
        })),
    );
    const gone = [...known].filter(([subject]) => !there.has(subject));
    const ended = gone.map(([subject, watch]) => {
      const outcome = put({ rule, moment }, watch, endWatch(watch, 'gone', moment));
      known.delete(subject);
      return outcome;
    });
    const seen = readings.map((reading) => {
      const before = known.get(reading.subject) ?? idle;
      const after = step(before, { rule, reading, moment, newId });
      if (after.state === 'idle' && after.former === null) {
        known.delete(reading.subject);
        return nothing;
      }
      return put({ rule, moment }, before, after);
    });
    return joined([...ended, ...seen]);
  }

  return {
    rules: () => rules,
    setRules(next, moment) {
      const ended = rules.flatMap((rule) => {
        const after = next.find(({ id }) => id === rule.id);
        return after?.isEnabled && isSameQuestion(rule, after) ? [] : [rule];
      });
      rules = next;
      return joined(ended.map((rule) => endAll(rule, 'rule-changed', moment)));
    },
    look(read, moment) {
      return joined(
        rules.flatMap((rule) => (rule.isEnabled ? [lookAt(rule, read(rule), moment)] : [])),
      );
    },
    acknowledge(id, who, moment) {
      for (const rule of rules) {
        for (const watch of watchesOf(rule.id).values()) {
          if (watch.state !== 'open' || watch.alert.id !== id) continue;
          if (watch.alert.state !== 'firing') return null;
          return put({ rule, moment }, watch, acknowledge(watch, who, moment));
        }
      }
      return null;
    },
    tell({ cameraId, message }, at) {
      const changed: KeptAlert[] = [];
      for (const known of watches.values()) {
        for (const [subject, watch] of known) {
          if (watch.state === 'idle' || watch.alert.cameraId !== cameraId) continue;
          const { actions } = watch.alert;
          if (watch.alert.metric === 'errors' || actions.some((one) => one.message === message))
            continue;
          const alert = {
            ...watch.alert,
            actions: [...actions, { at, message }].slice(-maxActions),
          };
          const next = { ...watch, alert };
          known.set(subject, next);
          const kept = keptOf(next);
          if (kept !== null) changed.push(kept);
        }
      }
      return { changed, notices: [] };
    },
    open: () =>
      [...watches.values()]
        .flatMap((known) => [...known.values()])
        .flatMap((watch) => (watch.state === 'idle' ? [] : [watch.alert])),
    unknown: (ruleId) => unknown.get(ruleId) ?? [],
  };
}

const nothing: Outcome = { changed: [], notices: [] };

/** What the step from one watch to the next must tell people, and the watch that remembers it. */
function tellOf(
  { rule, moment, timeZone }: Place & { readonly timeZone: string },
  before: Watch,
  after: Watch,
): { watch: Watch; notices: Outcome['notices'] } {
  const notice = (alert: Alert, phase: AlertPhase, channels: readonly string[]) => ({
    notice: noticeOf(alert, phase, moment.at),
    channels: [...new Set(channels)],
  });
  const everybody = (alert: Alert) =>
    alert.escalatedAt === null ? rule.channels : [...rule.channels, ...rule.escalateTo];
  if (after.state === 'idle') {
    const resolved = before.state === 'open' ? after.former?.alert : undefined;
    const wasTold = before.state === 'open' && before.toldMs !== null;
    const isTold = resolved !== undefined && wasTold;
    return {
      watch: after,
      notices: isTold ? [notice(resolved, 'resolved', everybody(resolved))] : [],
    };
  }
  if (after.state === 'pending') return { watch: after, notices: [] };
  const { alert } = after;
  const isJustTaken =
    alert.state === 'acknowledged' &&
    before.state === 'open' &&
    before.alert.state === 'firing' &&
    before.toldMs !== null;
  if (isJustTaken) {
    return { watch: after, notices: [notice(alert, 'acknowledged', everybody(alert))] };
  }
  if (alert.state !== 'firing' || isQuiet(rule, moment.at, timeZone)) {
    return { watch: after, notices: [] };
  }
  if (after.toldMs === null) {
    return {
      watch: { ...after, toldMs: moment.monotonicMs },
      notices: [notice(alert, 'firing', rule.channels)],
    };
  }
  const { escalateAfterS } = rule;
  const waitedMs = moment.monotonicMs - after.toldMs;
  if (escalateAfterS === null || alert.escalatedAt !== null || waitedMs < escalateAfterS * 1000) {
    return { watch: after, notices: [] };
  }
  const escalated = { ...alert, escalatedAt: moment.at };
  return {
    watch: { ...after, alert: escalated },
    notices: [notice(escalated, 'escalated', rule.escalateTo)],
  };
}

/** Whether nobody is told at `at` (Unix time in ms). Throws RangeError for an unknown time zone. */
export function isQuiet({ quietHours }: AlertRule, at: number, timeZone: string): boolean {
  return quietHours !== null && stretchAt(quietHours, at, timeZone) !== null;
}

/** What is told about an alert at `at` (Unix time in ms). */
export function noticeOf(alert: Alert, phase: AlertPhase, at: number): AlertNotice {
  const { id, ruleId, metric, severity, subjectName, cameraId, value, limit, since } = alert;
  return {
    ...{ alertId: id, ruleId, metric, severity, phase, subject: subjectName, cameraId, value },
    ...{ limit, unit: metricFacts[metric].unit, since, at, ...saidBy(alert) },
  };
}

/** Whether what an old rule found is what the new one asks for. */
function isSameQuestion(one: AlertRule, other: AlertRule): boolean {
  const keys = ['metric', 'scope', 'cameraId', 'zoneId', 'condition'] as const;
  return keys.every((key) => one[key] === other[key]);
}

function subjectOf(watch: Watch): { readonly subject: string } | null {
  return watch.state === 'idle' ? (watch.former?.alert ?? null) : watch.alert;
}

/** What is stored of a watch; null where nothing has fired. */
function keptOf(watch: Watch): KeptAlert | null {
  switch (watch.state) {
    case 'idle':
      return watch.former === null ? null : { alert: watch.former.alert, isTold: true };
    case 'pending':
      return null;
    case 'open':
      return { alert: watch.alert, isTold: watch.toldMs !== null };
  }
}

/** The newest value alone is not worth a row. */
function isDifferent(before: KeptAlert | null, after: KeptAlert): boolean {
  const told = (kept: KeptAlert) =>
    JSON.stringify({ ...kept, alert: { ...kept.alert, value: null, detail: '', said: undefined } });
  return before === null || told(before) !== told(after);
}

function joined(outcomes: readonly Outcome[]): Outcome {
  return {
    changed: outcomes.flatMap(({ changed }) => changed),
    notices: outcomes.flatMap(({ notices }) => notices),
  };
}
