/**
 * Values, limits and severities of alerts as they are shown.
 */
import type { TFunction } from 'i18next';
import type { Alert, AlertMetric, AlertSeverity, AlertState } from '#contract/alert.ts';
import { metricFacts } from '#contract/alert-metric.ts';
import type { Formats } from '../kit.ts';

export const severityTones = {
  info: 'quiet',
  warning: 'warning',
  critical: 'bad',
} as const satisfies Record<AlertSeverity, string>;

export const stateTones = {
  pending: 'quiet',
  firing: 'bad',
  acknowledged: 'warning',
  resolved: 'good',
} as const satisfies Record<AlertState, string>;

/** A figure with its unit; null for what is so or not, which has none. */
export function figureOf(
  t: TFunction,
  formats: Formats,
  { metric, value }: { readonly metric: AlertMetric; readonly value: number },
): string | null {
  const { unit } = metricFacts[metric];
  if (unit === null) return null;
  const digits = Number.isInteger(value) || value >= 100 ? 0 : 1;
  return t(`alert.unit.${unit}`, { value: formats.number(value, digits) });
}

/** `96 ms (limit 100 ms)`; null for what is so or not. */
export function againstLimit(t: TFunction, formats: Formats, alert: Alert): string | null {
  const { metric, value, limit, condition } = alert;
  const bound = figureOf(t, formats, { metric, value: limit });
  if (bound === null) return null;
  const words = t(`alert.condition.${condition}`, { limit: bound });
  const now = value === null ? null : figureOf(t, formats, { metric, value });
  return now === null ? words : t('alert.valueAndLimit', { value: now, limit: words });
}
