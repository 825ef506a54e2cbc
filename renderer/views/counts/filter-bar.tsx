/**
 * Chooses the time, its buckets, what to compare with, and which lines, zones and classes.
 */
import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Label } from '#contract/detection.ts';
import { ReportSubject } from '#contract/report.ts';
import {
  bucketsFor,
  comparisons,
  periods,
  type SiteDays,
  timesOf,
  useCameras,
  useLines,
  useZones,
} from '../kit.ts';
import { bucketOf, type Choice } from './choice.ts';
import { Choose } from './choose.tsx';

interface FilterBarProps {
  readonly choice: Choice;
  readonly days: SiteDays;
  readonly now: number;
  readonly onChange: (choice: Choice) => void;
}

export function FilterBar({ choice, days, now, onChange }: FilterBarProps) {
  const { t } = useTranslation();
  const change = (part: Partial<Choice>): void => onChange({ ...choice, ...part });
  const time = timesOf(choice, { comparison: 'none', now }, days)?.time ?? { from: 0, to: 0 };
  return (
    <form className="tw-rep-filter" onSubmit={(event) => event.preventDefault()}>
      <Choose
        label={t('counts.filter.period')}
        value={choice.period}
        options={periods.map((each) => [each, t(`counts.period.${each}`)])}
        onChange={(period) => change({ period })}
      />
      {choice.period === 'days' &&
        (['first', 'last'] as const).map((end) => (
          <TextInput
            key={end}
            type="date"
            label={t(`counts.filter.${end}`)}
            value={choice[end]}
            onChange={(event) => change({ [end]: event.currentTarget.value })}
          />
        ))}
      <Choose
        label={t('counts.filter.bucket')}
        value={bucketOf(choice, time)}
        options={bucketsFor(time).map((each) => [each, t(`counts.bucket.${each}`)])}
        onChange={(bucket) => change({ bucket })}
      />
      <Choose
        label={t('counts.filter.comparison')}
        value={choice.comparison}
        options={comparisons.map((each) => [each, t(`counts.comparison.${each}`)])}
        onChange={(comparison) => change({ comparison })}
      />
      <Places choice={choice} change={change} />
      <Choose
        label={t('counts.filter.label')}
        value={choice.label ?? ''}
        options={[
          ['', t('counts.all')],
          ...Label.options.map((each) => [each, t(`label.${each}`)] as const),
        ]}
        onChange={(label) => change({ label: label === '' ? null : label })}
      />
    </form>
  );
}

interface PlacesProps {
  readonly choice: Choice;
  readonly change: (part: Partial<Choice>) => void;
}

function Places({ choice, change }: PlacesProps) {
  const { t } = useTranslation();
  const cameras = useCameras().data ?? [];
  const lines = useLines().data ?? [];
  const zones = useZones().data ?? [];
  const places = (choice.subject === 'lines' ? lines : zones).filter(
    ({ cameraId }) => choice.cameraId === null || cameraId === choice.cameraId,
  );
  return (
    <>
      <Choose
        label={t('counts.filter.subject')}
        value={choice.subject}
        options={ReportSubject.options.map((each) => [each, t(`counts.subject.${each}`)])}
        onChange={(subject) => change({ subject, place: null })}
      />
      <Choose
        label={t('counts.filter.camera')}
        value={choice.cameraId ?? ''}
        options={[['', t('counts.all')], ...cameras.map(({ id, name }) => [id, name] as const)]}
        onChange={(id) => change({ cameraId: id === '' ? null : id, place: null })}
      />
      <Choose
        label={t(`counts.filter.place.${choice.subject}`)}
        value={choice.place ?? ''}
        options={[['', t('counts.all')], ...places.map(({ id, name }) => [id, name] as const)]}
        onChange={(id) => change({ place: id === '' ? null : id })}
      />
    </>
  );
}
