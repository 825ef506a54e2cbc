/**
 * Words and tones of experiments that several parts of the page share.
 */
import type { TFunction } from 'i18next';
import type { ExperimentState } from '#contract/experiment.ts';
import { armSettings, type ExperimentArm } from '#contract/experiment-arm.ts';
import type { ExperimentOutcome } from '#contract/experiment-verdict.ts';

export const stateTones: Record<ExperimentState, string> = {
  draft: 'quiet',
  running: 'good',
  paused: 'warning',
  decided: 'quiet',
  archived: 'quiet',
};

export const outcomeTones: Record<ExperimentOutcome, string> = {
  'not-yet': 'quiet',
  a: 'good',
  b: 'good',
  alike: 'good',
  differ: 'warning',
  void: 'bad',
};

/** The model, and what of its settings differs. */
export function armText(t: TFunction, arm: ExperimentArm): string {
  const settings = armSettings.flatMap((name) => {
    const value = arm[name];
    const shown = value !== null && Number.isInteger(value) ? String(value) : value?.toFixed(2);
    return shown === undefined ? [] : [t(`experiment.setting.${name}`, { value: shown })];
  });
  return [arm.title, ...settings].join(', ');
}
