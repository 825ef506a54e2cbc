/**
 * Words and tones of experiments that several parts of the page share.
 */
import type { TFunction } from 'i18next';
import type { ExperimentArm, ExperimentOutcome, ExperimentState } from '#contract/experiment.ts';

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
  const settings = (['scoreFloor', 'nmsIou', 'trackFrom'] as const).flatMap((name) => {
    const value = arm[name];
    return value === null ? [] : [t(`experiment.setting.${name}`, { value: value.toFixed(2) })];
  });
  return [arm.title, ...settings].join(', ');
}
