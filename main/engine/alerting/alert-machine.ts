/**
 * The life of one trouble, by one rule with one subject: values in, values out, the clock passed in.
 *
 *   idle ──bad──▶ pending ──bad for durationS──▶ open: firing ──somebody has it──▶ acknowledged
 *    ▲              │                             │                                    │
 *    └────good──────┘            good for clearS, doubled with each repeat ◀───────────┘
 *                                                 ▼
 *                                     resolved; bad again within cooldownS: the same alert goes on
 *
 * What is not known is neither bad nor good: it begins no alert, and ends one when it stays unknown for as long.
 */
import type { Alert, AlertEnd, AlertRule } from '#contract/alert.ts';
import type { StationSentence } from '#contract/station-sentence.ts';

/** Two clocks: the one on the wall for what people read, the other for durations, since it never jumps. */
export interface Moment {
  /** Unix time in ms */
  readonly at: number;
  readonly monotonicMs: number;
}

/** What one look at a subject gave. */
export interface Reading {
  readonly subject: string;
  readonly subjectName: string | null;
  readonly cameraId: string | null;
  /** null when it cannot be told; `detail` then says why */
  readonly value: number | null;
  /** One English sentence: what is so */
  readonly detail: string;
  readonly said?: StationSentence | undefined;
}

/** An alert that ended, with which the same trouble goes on within the cooldown. */
interface Former {
  readonly alert: Alert;
  readonly endedMs: number;
}

export type Watch =
  | { readonly state: 'idle'; readonly former: Former | null }
  | {
      readonly state: 'pending';
      /** The alert as it will fire; it is not stored yet */
      readonly alert: Alert;
      readonly sinceMs: number;
      readonly former: Former | null;
    }
  | {
      readonly state: 'open';
      readonly alert: Alert;
      /** Since when it is not bad any more; null while it is */
      readonly clearing: { readonly sinceMs: number; readonly isKnown: boolean } | null;
      /** Not seen bad yet since the station started */
      readonly isCarried: boolean;
      /** When it was told that it fires; null while nobody was */
      readonly toldMs: number | null;
    };

export const idle: Watch = { state: 'idle', former: null };

export function isBad(rule: Pick<AlertRule, 'condition' | 'limit'>, value: number): boolean {
  return rule.condition === 'above' ? value >= rule.limit : value < rule.limit;
}

/** For so long it must be good, ms: an alert that keeps coming back is let go later each time. */
export function clearMsOf(rule: AlertRule, repeats: number): number {
  const most = Math.max(rule.clearS, rule.cooldownS);
  return Math.min(rule.clearS * 2 ** Math.min(repeats, 20), most) * 1000;
}

export interface Step {
  readonly rule: AlertRule;
  readonly reading: Reading;
  readonly moment: Moment;
  /** A name for an alert that begins */
  readonly newId: () => string;
}

/** What becomes of a watch by one look. The alert of the answer is new exactly when something changed that people see. */
export function step(watch: Watch, { rule, reading, moment, newId }: Step): Watch {
  const { value } = reading;
  switch (watch.state) {
    case 'idle': {
      const former = keptFormer(watch.former, rule, moment);
      if (value === null || !isBad(rule, value)) return former === watch.former ? watch : idle;
      const begun: Watch = {
        state: 'pending',
        alert: begin({ rule, reading, moment, newId }),
        sinceMs: moment.monotonicMs,
        former,
      };
      return rule.durationS === 0 ? fire(begun, moment) : begun;
    }
    case 'pending': {
      const former = keptFormer(watch.former, rule, moment);
      if (value === null || !isBad(rule, value)) return { state: 'idle', former };
      const next = { ...watch, former, alert: withReading(watch.alert, rule, reading) };
      return moment.monotonicMs - watch.sinceMs >= rule.durationS * 1000
        ? fire(next, moment)
        : next;
    }
    case 'open': {
      if (value !== null && isBad(rule, value)) {
        const alert = withReading(watch.alert, rule, reading);
        return { ...watch, alert, clearing: null, isCarried: false };
      }
      const isKnown = value !== null;
      const clearing =
        watch.clearing?.isKnown === isKnown
          ? watch.clearing
          : { sinceMs: moment.monotonicMs, isKnown };
      const alert = watch.alert.value === value ? watch.alert : { ...watch.alert, value };
      if (moment.monotonicMs - clearing.sinceMs < clearMsOf(rule, alert.repeats)) {
        return { ...watch, alert, clearing };
      }
      const end: AlertEnd = !isKnown ? 'unknown' : watch.isCarried ? 'during-pause' : 'good';
      return resolve(alert, end, moment);
    }
  }
}

/** Ends what is open, because the rule or the subject is gone; what is pending is forgotten. */
export function endWatch(watch: Watch, end: AlertEnd, moment: Moment): Watch {
  return watch.state === 'open' ? resolve(watch.alert, end, moment) : idle;
}

/** A stored alert at the start of the station: open ones go on, those that ended may come back within the cooldown. */
export function restore(alert: Alert, wasTold: boolean, moment: Moment): Watch {
  if (alert.state === 'resolved') {
    const agoMs = Math.max(0, moment.at - (alert.resolvedAt ?? moment.at));
    return { state: 'idle', former: { alert, endedMs: moment.monotonicMs - agoMs } };
  }
  return {
    state: 'open',
    alert,
    clearing: null,
    isCarried: true,
    // How long ago it was told is not stored; the time to the escalation begins anew.
    toldMs: wasTold ? moment.monotonicMs : null,
  };
}

/** Somebody has it from now on. */
export function acknowledge(
  watch: Extract<Watch, { state: 'open' }>,
  who: { readonly by: string; readonly note: string },
  moment: Moment,
): Watch {
  return {
    ...watch,
    alert: {
      ...watch.alert,
      state: 'acknowledged',
      acknowledgedAt: moment.at,
      acknowledgedBy: who.by,
      note: who.note,
    },
  };
}

function begin({ rule, reading, moment, newId }: Step): Alert {
  return {
    id: newId(),
    ruleId: rule.id,
    ruleName: rule.name,
    metric: rule.metric,
    severity: rule.severity,
    state: 'pending',
    subject: reading.subject,
    subjectName: reading.subjectName,
    cameraId: reading.cameraId,
    value: reading.value,
    condition: rule.condition,
    limit: rule.limit,
    detail: reading.detail,
    said: reading.said,
    since: moment.at,
    firedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: '',
    escalatedAt: null,
    resolvedAt: null,
    end: null,
    repeats: 0,
    actions: [],
  };
}

/** The newest figures of what is bad; the same alert when nothing is different. */
function withReading(alert: Alert, rule: AlertRule, reading: Reading): Alert {
  const { value, detail, said, subjectName } = reading;
  const isSame =
    alert.value === value &&
    alert.detail === detail &&
    alert.subjectName === subjectName &&
    alert.severity === rule.severity &&
    alert.limit === rule.limit &&
    alert.ruleName === rule.name;
  if (isSame) return alert;
  const { severity, limit, condition, name: ruleName } = rule;
  return { ...alert, value, detail, said, subjectName, severity, limit, condition, ruleName };
}

/** Goes on with the alert of before where it came back within the cooldown: who had it, has it again. */
function fire(
  { alert, former }: Extract<Watch, { state: 'pending' }>,
  { at }: Moment,
): Extract<Watch, { state: 'open' }> {
  const next: Alert =
    former === null
      ? { ...alert, state: 'firing', firedAt: at }
      : {
          ...former.alert,
          ...{ severity: alert.severity, limit: alert.limit, condition: alert.condition },
          ...{
            value: alert.value,
            detail: alert.detail,
            said: alert.said,
            subjectName: alert.subjectName,
          },
          state: former.alert.acknowledgedAt === null ? 'firing' : 'acknowledged',
          resolvedAt: null,
          end: null,
          escalatedAt: null,
          repeats: former.alert.repeats + 1,
        };
  return { state: 'open', alert: next, clearing: null, isCarried: false, toldMs: null };
}

function resolve(alert: Alert, end: AlertEnd, { at, monotonicMs }: Moment): Watch {
  // What a person changed is a new matter when it is bad again.
  const isOver = end === 'gone' || end === 'rule-changed';
  return {
    state: 'idle',
    former: {
      alert: { ...alert, state: 'resolved', resolvedAt: at, end },
      endedMs: isOver ? -Infinity : monotonicMs,
    },
  };
}

function keptFormer(former: Former | null, rule: AlertRule, { monotonicMs }: Moment) {
  return former !== null && monotonicMs - former.endedMs <= rule.cooldownS * 1000 ? former : null;
}
