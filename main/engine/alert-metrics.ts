/**
 * Alerts for Prometheus: how many there are, by severity and state.
 */
import { Gauge, Registry } from 'prom-client';
import { AlertSeverity, type Alert } from '#contract/alert.ts';

const states = ['pending', 'firing', 'acknowledged'] as const;

/** Text of the metric `tallywatch_alerts`; `open` is asked at each scrape. */
export function createAlertMetrics(open: () => readonly Alert[]): () => Promise<string> {
  const registry = new Registry();
  const gauge = new Gauge({
    name: 'tallywatch_alerts',
    help: 'Alerts that are not resolved',
    labelNames: ['severity', 'state'],
    registers: [registry],
  });
  return () => {
    const alerts = open();
    for (const severity of AlertSeverity.options) {
      for (const state of states) {
        const those = alerts.filter((one) => one.severity === severity && one.state === state);
        gauge.set({ severity, state }, those.length);
      }
    }
    return registry.metrics();
  };
}
