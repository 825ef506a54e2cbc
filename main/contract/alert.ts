/**
 * Alerts: rules as data, what is wrong by them now and was, and who has it.
 */
import { z } from 'zod';
import { metricFacts } from './alert-metric.ts';
import { CameraId } from './camera.ts';
import { procedure } from './procedure.ts';
import { KeptSentence, StationSentence } from './station-sentence.ts';
import { ZoneId } from './zone.ts';
import { TimeOfDay } from './time-of-day.ts';

export const AlertMetric = z.enum(
  Object.keys(metricFacts) as [keyof typeof metricFacts, ...(keyof typeof metricFacts)[]],
);
export type AlertMetric = z.infer<typeof AlertMetric>;

export const AlertSeverity = z.enum(['info', 'warning', 'critical']);
export type AlertSeverity = z.infer<typeof AlertSeverity>;

/** What a rule watches: each camera by itself, one camera, one zone, the station with its site, the models. */
export const AlertScope = z.enum(['cameras', 'camera', 'zone', 'station', 'models']);
export type AlertScope = z.infer<typeof AlertScope>;

export const AlertRuleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
export type AlertRuleId = z.infer<typeof AlertRuleId>;

/** Where notices go: `desktop` (a note on the page), `sound`, or a channel of this station. */
export const ChannelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'use lower-case letters, digits, - and _, at most 64');

/** Channels that every station has: they reach whoever has the page open. */
export const builtInChannels = ['desktop', 'sound'] as const;

export const AlertRule = z.object({
  id: AlertRuleId,
  name: z.string().trim().min(1).max(80),
  metric: AlertMetric,
  scope: AlertScope,
  /** Set with the scope `camera`, else null */
  cameraId: CameraId.nullable(),
  /** Set with the scope `zone`, else null */
  zoneId: ZoneId.nullable(),
  /** `above` is bad at the limit and over it, `below` under it */
  condition: z.enum(['above', 'below']),
  /** In the unit of the metric (alert-metric.ts) */
  limit: z.number().min(-1e12).max(1e12),
  /** For so long it must be bad before the alert fires, s */
  durationS: z.number().min(0).max(86_400),
  /** For so long it must be good before the alert is resolved, s; doubled with each repeat, up to the cooldown */
  clearS: z.number().min(0).max(86_400),
  /** Within this time after its end the same trouble joins the same alert, s */
  cooldownS: z.number().min(0).max(604_800),
  severity: AlertSeverity,
  /** By the clock of the site: alerts fire, but nobody is told before these hours end; null for never */
  quietHours: z.object({ from: TimeOfDay, to: TimeOfDay }).nullable(),
  channels: z.array(ChannelId).max(20),
  /** So long after the notice it goes further while nobody has acknowledged, s; null for never */
  escalateAfterS: z.number().min(1).max(86_400).nullable(),
  escalateTo: z.array(ChannelId).max(20),
  isEnabled: z.boolean(),
});
export type AlertRule = z.infer<typeof AlertRule>;

/** What a person sends to make a rule or change one. */
export const AlertRuleDraft = AlertRule.extend({
  id: AlertRuleId.optional(),
  cameraId: CameraId.nullable().default(null),
  zoneId: ZoneId.nullable().default(null),
  clearS: AlertRule.shape.clearS.default(60),
  cooldownS: AlertRule.shape.cooldownS.default(600),
  quietHours: AlertRule.shape.quietHours.default(null),
  channels: AlertRule.shape.channels.default(['desktop']),
  escalateAfterS: AlertRule.shape.escalateAfterS.default(null),
  escalateTo: AlertRule.shape.escalateTo.default([]),
  isEnabled: z.boolean().default(true),
});
export type AlertRuleDraft = z.input<typeof AlertRuleDraft>;

export const AlertState = z.enum(['pending', 'firing', 'acknowledged', 'resolved']);
export type AlertState = z.infer<typeof AlertState>;

/** Why an alert ended. */
export const AlertEnd = z.enum([
  /** It was good for long enough */
  'good',
  /** It was good when the station came back: the cause went away while it did not run */
  'during-pause',
  /** Nobody can tell any more whether it is still so */
  'unknown',
  /** The camera, zone or line is not there any more, or is switched off */
  'gone',
  /** The rule was changed, switched off or removed */
  'rule-changed',
]);
export type AlertEnd = z.infer<typeof AlertEnd>;

/** Something wrong by one rule with one subject. Times are Unix times in ms. */
export const Alert = z.object({
  id: z.string(),
  ruleId: AlertRuleId,
  ruleName: z.string(),
  metric: AlertMetric,
  severity: AlertSeverity,
  state: AlertState,
  /** Key of the subject among those of the rule, for example the id of the camera */
  subject: z.string(),
  /** Name of the camera, zone, line or model it is about; null for the station */
  subjectName: z.string().nullable(),
  cameraId: CameraId.nullable(),
  /** The newest value while it is open, in the unit of the metric; null when it is not known */
  value: z.number().nullable(),
  condition: AlertRule.shape.condition,
  limit: z.number(),
  /** One English sentence: what is wrong */
  detail: z.string(),
  said: KeptSentence,
  /** Since when it is bad */
  since: z.number().int(),
  /** null while pending */
  firedAt: z.number().int().nullable(),
  acknowledgedAt: z.number().int().nullable(),
  acknowledgedBy: z.string().nullable(),
  /** What the person wrote who has it; empty otherwise */
  note: z.string(),
  /** When it was told that nobody had acknowledged it */
  escalatedAt: z.number().int().nullable(),
  resolvedAt: z.number().int().nullable(),
  end: AlertEnd.nullable(),
  /** How often it came back within the cooldown */
  repeats: z.number().int().nonnegative(),
  /** What the station did or said about it, oldest first */
  actions: z.array(z.object({ at: z.number().int(), message: z.string() })),
});
export type Alert = z.infer<typeof Alert>;

/** What is told about an alert, and what the page makes of it. */
export const AlertPhase = z.enum(['firing', 'escalated', 'acknowledged', 'resolved', 'test']);
export type AlertPhase = z.infer<typeof AlertPhase>;

/** Why a rule says nothing about a subject now. */
export const UnknownSubject = z.object({
  subject: z.string(),
  subjectName: z.string().nullable(),
  cameraId: CameraId.nullable(),
  reason: z.string(),
  said: StationSentence.optional(),
});
export type UnknownSubject = z.infer<typeof UnknownSubject>;

/** A rule with what it could not tell at its last look. */
export const AlertRuleView = AlertRule.extend({
  /** Whether it came with the station; a reset brings it back as it was */
  isPreset: z.boolean(),
  unknown: z.array(UnknownSubject),
});
export type AlertRuleView = z.infer<typeof AlertRuleView>;

export const alertProcedures = {
  'alert.list': procedure({
    kind: 'query',
    route: 'GET /alerts',
    role: 'viewer',
    summary: 'Lists alerts, newest first: what is wrong now, and what was',
    input: z.object({
      /** `open` means pending, firing or acknowledged */
      state: z.enum(['open', ...AlertState.options]).optional(),
      severity: AlertSeverity.optional(),
      metric: AlertMetric.optional(),
      ruleId: AlertRuleId.optional(),
      cameraId: CameraId.optional(),
      /** Bad since then or later, Unix time in ms, inclusive */
      from: z.number().int().nonnegative().optional(),
      /** Bad since before then, Unix time in ms, exclusive */
      to: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    output: z.array(Alert),
  }),
  'alert.get': procedure({
    kind: 'query',
    route: 'GET /alerts/{id}',
    role: 'viewer',
    summary: 'Shows one alert',
    input: z.object({ id: z.string().min(1).max(64) }),
    output: Alert,
  }),
  'alert.acknowledge': procedure({
    kind: 'command',
    route: 'POST /alerts/{id}/acknowledge',
    role: 'operator',
    summary: 'Takes a firing alert: it is told to nobody else, and everybody sees who has it',
    input: z.object({ id: z.string().min(1).max(64), note: z.string().max(500).default('') }),
    output: Alert,
  }),
  'alertRule.list': procedure({
    kind: 'query',
    route: 'GET /alert-rules',
    role: 'viewer',
    summary: 'Lists the rules of alerts, and what they cannot tell now',
    input: z.object({}),
    output: z.array(AlertRuleView),
  }),
  'alertRule.save': procedure({
    kind: 'command',
    route: 'POST /alert-rules',
    role: 'admin',
    summary: 'Makes a rule of alerts or changes one',
    input: AlertRuleDraft,
    output: AlertRule,
  }),
  'alertRule.remove': procedure({
    kind: 'command',
    route: 'DELETE /alert-rules/{id}',
    role: 'admin',
    summary: 'Removes a rule of alerts; what it has found stays in the history',
    input: z.object({ id: AlertRuleId }),
    output: z.object({}),
  }),
  'alertRule.test': procedure({
    kind: 'command',
    route: 'POST /alert-rules/{id}/test',
    role: 'admin',
    summary: 'Sends a notice of a rule, marked as a test, to the channels of that rule',
    input: z.object({ id: AlertRuleId }),
    output: z.object({ channels: z.array(ChannelId) }),
  }),
  'alertRule.reset': procedure({
    kind: 'command',
    route: 'POST /alert-rules/reset',
    role: 'admin',
    summary: 'Brings the rules back that came with the station; others stay as they are',
    input: z.object({}),
    output: z.array(AlertRule),
  }),
};
