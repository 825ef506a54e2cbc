/**
 * The self-test as a button: a line per check, with what to do where one failed.
 */
import { Button, Progress } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DoctorCheck } from '#contract/doctor.ts';
import { Allowed, ErrorText, useDoctor, useFormats } from '../kit.ts';

const tones: Record<DoctorCheck['state'], string> = {
  passed: 'good',
  failed: 'bad',
  skipped: 'quiet',
};

export function DoctorCard() {
  const { t } = useTranslation();
  const { run, share } = useDoctor();
  const checks = run.data;
  return (
    <article className="tw-card tw-doctor">
      <header>
        <h2>{t('doctor.title')}</h2>
        {checks !== undefined && <Verdict checks={checks} />}
        <span className="tw-fill" />
        <Allowed to="station.doctor">
          <Button
            variant="default"
            leftSection={<IconStethoscope size={15} />}
            loading={run.isPending}
            onClick={() => run.mutate()}
          >
            {checks === undefined ? t('doctor.run') : t('doctor.again')}
          </Button>
        </Allowed>
      </header>
      {run.isPending && (
        <div role="status">
          <p className="tw-hint">{t('doctor.running')}</p>
          {share !== null && <Progress value={share * 100} aria-label={t('doctor.title')} />}
        </div>
      )}
      {checks === undefined && !run.isPending && <p className="tw-hint">{t('doctor.hint')}</p>}
      {run.error !== null && <ErrorText error={run.error} />}
      {checks !== undefined && <CheckList checks={checks} />}
    </article>
  );
}

interface ChecksProps {
  readonly checks: readonly DoctorCheck[];
}

function Verdict({ checks }: ChecksProps) {
  const { t } = useTranslation();
  const count = checks.filter(({ state }) => state === 'failed').length;
  return (
    <span className="tw-chip" data-tone={count === 0 ? 'good' : 'bad'} role="status">
      <i aria-hidden />
      {count === 0 ? t('doctor.sound') : t('doctor.found', { count })}
    </span>
  );
}

function CheckList({ checks }: ChecksProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <ul className="tw-checks">
      {checks.map(({ name, state, detail, code, tookMs }) => (
        <li key={name} data-tone={tones[state]}>
          <span className="tw-chip" data-tone={tones[state]}>
            <i aria-hidden />
            {t(`doctor.${state}`)}
          </span>
          <b>{t(`doctor.check.${name}`)}</b>
          <span>
            {detail} {code !== null && <code>{code}</code>}
          </span>
          <small>{t('doctor.took', { value: number(tookMs / 1000, 1) })}</small>
        </li>
      ))}
    </ul>
  );
}
