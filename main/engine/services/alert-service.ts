/**
 * The procedures of alerts and their rules.
 */
import type { AlertRule } from '#contract/alert.ts';
import { isStateMetric, metricFacts } from '#contract/alert-metric.ts';
import { StationError } from '#contract/error.ts';
import type { AlertKeeper } from '#engine/alert-keeper.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import { freeId } from './free-id.ts';

export interface AlertServiceDeps {
  readonly keeper: AlertKeeper;
  readonly site: Pick<Site, 'cameras' | 'plan'>;
}

export function createAlertService({
  keeper,
  site,
}: AlertServiceDeps): Pick<
  Handlers,
  Extract<keyof Handlers, `alert.${string}` | `alertRule.${string}`>
> {
  return {
    'alert.list': (query) => keeper.list(query),
    'alert.get': ({ id }) => keeper.get(id),
    'alert.acknowledge': ({ id, note }, { caller }) =>
      keeper.acknowledge(id, { by: caller.user, note }),
    'alertRule.list': () => keeper.rules(),
    'alertRule.save': (draft) => {
      const taken = keeper.rules().map(({ id }) => id);
      const rule: AlertRule = { ...draft, id: draft.id ?? freeId(draft.name, taken) };
      checkRule(rule, site);
      return keeper.saveRule(rule);
    },
    'alertRule.remove': async ({ id }) => {
      await keeper.removeRule(id);
      return {};
    },
    'alertRule.test': ({ id }) => ({ channels: keeper.test(id) }),
    'alertRule.reset': () => keeper.resetRules(),
  };
}

/** @throws StationError REQ_001 that names the first field that does not fit the metric, REQ_002 for an unknown camera or zone */
export function checkRule(rule: AlertRule, site: Pick<Site, 'cameras' | 'plan'>): void {
  const { metric, scope, cameraId, zoneId, quietHours } = rule;
  const { scopes, condition, unit } = metricFacts[metric];
  const refuse = (path: string, message: string, code: 'REQ_001' | 'REQ_002' = 'REQ_001') => {
    throw new StationError(code, message, { path });
  };
  if (!scopes.some((each) => each === scope)) {
    refuse('scope', `"${metric}" cannot be watched on "${scope}"; use ${scopes.join(' or ')}.`);
  }
  if (rule.condition !== condition) {
    refuse('condition', `"${metric}" is bad ${condition} its limit; use ${condition}.`);
  }
  if (isStateMetric(metric) && rule.limit !== 1) {
    refuse('limit', `"${metric}" is so or not; its limit is 1.`);
  }
  if (unit === 'percent' && metric !== 'disk' && rule.limit > 100) {
    refuse('limit', 'A share is at most 100 %; choose a lower limit.');
  }
  if (!isStateMetric(metric) && rule.limit <= 0) {
    refuse('limit', 'Choose a limit above 0.');
  }
  if ((scope === 'camera') !== (cameraId !== null)) {
    refuse('cameraId', 'Name a camera for the scope "camera", and for no other scope.');
  }
  if ((scope === 'zone') !== (zoneId !== null)) {
    refuse('zoneId', 'Name a zone for the scope "zone", and for no other scope.');
  }
  const cameras = site.cameras().map(({ id }) => id);
  if (cameraId !== null && !cameras.includes(cameraId)) {
    refuse('cameraId', `There is no camera "${cameraId}". Choose one of this site.`, 'REQ_002');
  }
  const zones = cameras.flatMap((id) => site.plan(id).zones.map((zone) => zone.id));
  if (zoneId !== null && !zones.includes(zoneId)) {
    refuse('zoneId', `There is no zone "${zoneId}". Draw it first.`, 'REQ_002');
  }
  if (quietHours !== null && quietHours.from === quietHours.to) {
    refuse('quietHours.to', 'The quiet hours end when they begin. Choose another end.');
  }
  if (rule.escalateAfterS !== null && rule.escalateTo.length === 0) {
    refuse('escalateTo', 'Choose a channel to which the alert goes further.');
  }
}
