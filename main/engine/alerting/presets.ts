/**
 * The rules that every station begins with; each may be changed, and a reset brings them back.
 */
import { type AlertMetric, AlertRule } from '#contract/alert.ts';
import { isStateMetric, metricFacts } from '#contract/alert-metric.ts';

type Preset = Pick<AlertRule, 'name' | 'durationS' | 'severity'> &
  Partial<AlertRule> & { readonly metric: AlertMetric };

const hourS = 3600;

const presets: readonly Preset[] = [
  { metric: 'camera-offline', name: 'Camera offline', durationS: 30, severity: 'critical' },
  { metric: 'camera-frozen', name: 'Camera frozen', durationS: 30, severity: 'critical' },
  {
    metric: 'camera-view',
    name: 'Camera moved, covered or in the dark',
    durationS: 30,
    severity: 'warning',
  },
  { metric: 'no-model', name: 'No model counts', durationS: 15, severity: 'critical' },
  { metric: 'stand-in', name: 'Another model stands in', durationS: 5, severity: 'warning' },
  { metric: 'model-rolled-back', name: 'Model taken back', durationS: 0, severity: 'warning' },
  { metric: 'latency', name: 'Slow frames', limit: 100, durationS: 60, severity: 'warning' },
  { metric: 'throughput', name: 'Frames left out', limit: 90, durationS: 30, severity: 'critical' },
  { metric: 'cpu', name: 'Processor busy', limit: 80, durationS: 300, severity: 'warning' },
  { metric: 'memory', name: 'Memory used up', limit: 85, durationS: 300, severity: 'warning' },
  {
    metric: 'disk',
    name: 'Disk below its reserve',
    limit: 100,
    durationS: 60,
    severity: 'critical',
  },
  { metric: 'database', name: 'Database not writable', durationS: 5, severity: 'critical' },
  {
    metric: 'central-behind',
    name: 'Central database behind',
    durationS: 60,
    severity: 'warning',
  },
  { metric: 'errors', name: 'Many errors', limit: 10, durationS: 0, severity: 'warning' },
  {
    metric: 'accuracy',
    name: 'Counts not accurate',
    limit: 85,
    durationS: 600,
    severity: 'critical',
  },
  { metric: 'line-trust', name: 'Line not trustworthy', durationS: hourS, severity: 'warning' },
  { metric: 'count-trust', name: 'Counts doubtful', durationS: 0, severity: 'warning' },
  { metric: 'count-anomaly', name: 'Unusual count', limit: 4, durationS: 600, severity: 'warning' },
  { metric: 'loitering', name: 'Loitering', limit: 1, durationS: 0, severity: 'warning' },
  // How many are too many, nobody but the site can say.
  {
    metric: 'occupancy',
    name: 'Too many on the site',
    limit: 100,
    durationS: 10,
    severity: 'warning',
    isEnabled: false,
  },
];

/** The id of a preset is the name of its metric. */
export const presetRules: readonly AlertRule[] = presets.map((preset) => {
  const { scopes, condition } = metricFacts[preset.metric];
  return AlertRule.parse({
    ...{ id: preset.metric, scope: scopes[0], cameraId: null, zoneId: null, condition },
    ...(isStateMetric(preset.metric) ? { limit: 1 } : {}),
    ...{ clearS: 60, cooldownS: 600, quietHours: null, escalateAfterS: null, escalateTo: [] },
    channels: preset.severity === 'critical' ? ['desktop', 'sound'] : ['desktop'],
    isEnabled: true,
    ...preset,
  });
});
