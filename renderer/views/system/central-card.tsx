/**
 * The central database of many stations: whether it has everything, and where it is.
 */
import { useState } from 'react';
import { Button, NumberInput, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { CentralSettings, type CentralState, type CentralStatus } from '#contract/central.ts';
import { confirm, ErrorText, useCentral, useCommand, useFormats } from '../kit.ts';

const tones = {
  off: 'quiet',
  connecting: 'warning',
  behind: 'warning',
  current: 'good',
  away: 'bad',
} as const satisfies Record<CentralState['state'], string>;

const empty: Draft = {
  ...{ host: '', port: 5432, database: 'tallywatch', user: '', password: '' },
  ...{ tls: 'verify', authority: '', stationName: '' },
};

type Draft = CentralSettings;

export function CentralCard() {
  const { t } = useTranslation();
  const central = useCentral();
  return (
    <article className="tw-card">
      <header>
        <h2>{t('central.title')}</h2>
        {central.data !== undefined && <Standing status={central.data} />}
      </header>
      {central.error !== null && <ErrorText error={central.error} />}
      {central.data !== undefined && (
        <CentralForm key={JSON.stringify(central.data.settings)} status={central.data} />
      )}
    </article>
  );
}

function Standing({ status: { state } }: { readonly status: CentralStatus }) {
  const { t } = useTranslation();
  return (
    <span className="tw-chip" data-tone={tones[state.state]}>
      <i aria-hidden />
      {t(`central.state.${state.state}`)}
    </span>
  );
}

function Progress({ status }: { readonly status: CentralStatus }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const { state, waiting, currentAt, settings } = status;
  if (settings === null) return null;
  const moment = (at: number): string => `${date(at)} ${time(at)}`;
  const parts = [
    // Between two visits there is always something that has just come.
    waiting === null || state.state === 'current' ? null : t('central.waiting', { count: waiting }),
    currentAt === null ? t('central.never') : t('central.currentAt', { at: moment(currentAt) }),
  ];
  return (
    <div role="status">
      <p>{parts.filter((part) => part !== null).join(' · ')}</p>
      {state.state === 'away' && (
        <p data-tone="bad">
          {t('central.nextTry', { reason: state.reason.message, at: time(state.retryAt) })}
        </p>
      )}
    </div>
  );
}

function CentralForm({ status }: { readonly status: CentralStatus }) {
  const { t } = useTranslation();
  const { settings } = status;
  const saving = useCommand('central.set');
  const [draft, setDraft] = useState<Draft>({ ...empty, ...settings });
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const isKept = settings !== null && draft.password === '';
  const isRight = CentralSettings.safeParse(draft).success && (isKept || draft.password !== '');
  const text = (name: 'host' | 'database' | 'user') => (
    <TextInput
      label={t(`central.${name}`)}
      value={draft[name]}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
    />
  );
  const takeAway = async () => {
    const isAgreed = await confirm({
      title: t('central.takeTitle'),
      text: t('central.takeText', { host: settings?.host ?? '' }),
      confirm: t('central.take'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isAgreed) saving.mutate({ settings: null });
  };
  return (
    <form
      className="tw-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isRight) return;
        const { password, ...shown } = draft;
        saving.mutate(
          { settings: isKept ? shown : { ...shown, password } },
          { onSuccess: () => notifications.show({ message: t('central.saved') }) },
        );
      }}
    >
      <p className="tw-prose">{t('central.hint')}</p>
      <Progress status={status} />
      <div className="tw-central-fields">
        {text('host')}
        <NumberInput
          label={t('central.port')}
          min={1}
          max={65_535}
          hideControls
          value={draft.port}
          onChange={(port) => change({ port: Number(port) })}
        />
        {text('database')}
        {text('user')}
        <PasswordInput
          label={t('central.password')}
          placeholder={settings === null ? '' : t('central.passwordSet')}
          autoComplete="new-password"
          value={draft.password}
          onChange={(event) => change({ password: event.currentTarget.value })}
        />
        <TextInput
          label={t('central.stationName')}
          description={t('central.stationNameHint')}
          value={draft.stationName}
          onChange={(event) => change({ stationName: event.currentTarget.value })}
        />
        <Select
          label={t('central.tls')}
          data={CentralSettings.shape.tls
            .unwrap()
            .options.map((value) => ({ value, label: t(`central.tlsOf.${value}`) }))}
          value={draft.tls}
          allowDeselect={false}
          onChange={(tls) => change({ tls: CentralSettings.shape.tls.parse(tls) })}
        />
        {draft.tls === 'verify' && (
          <Textarea
            label={t('central.authority')}
            rows={2}
            value={draft.authority}
            onChange={(event) => change({ authority: event.currentTarget.value })}
          />
        )}
      </div>
      {saving.error !== null && <ErrorText error={saving.error} />}
      <div className="tw-form-foot">
        {settings !== null && (
          <Button variant="default" onClick={() => void takeAway()}>
            {t('central.take')}
          </Button>
        )}
        <span className="tw-fill" />
        <Button type="submit" disabled={!isRight} loading={saving.isPending}>
          {t('central.save')}
        </Button>
      </div>
    </form>
  );
}
