/**
 * One certificate as a sheet that can be printed.
 */
import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Certificate, SampledShare } from '#contract/certificate.ts';
import { useCameras, useFormats } from '../kit.ts';

export function CertificateSheet({ certificate }: { readonly certificate: Certificate }) {
  const { t } = useTranslation();
  const { date, time, minute, number } = useFormats();
  const cameras = useCameras();
  const one = certificate;
  const camera = cameras.data?.find(({ id }) => id === one.cameraId)?.name ?? one.cameraId;
  const moment = (at: number) => `${date(at)} ${minute(at)}`;
  return (
    <article className="tw-sheet">
      <header>
        <h2>{t('trust.certificate', { id: one.id })}</h2>
        <Button
          variant="default"
          leftSection={<IconPrinter size={15} />}
          onClick={() => window.print()}
        >
          {t('trust.print')}
        </Button>
      </header>
      <p>{t('trust.issued', { date: date(one.at), time: time(one.at), by: one.by })}</p>
      <p className="tw-sheet-state" data-stale={one.changes.length > 0 || undefined}>
        {one.changes.length === 0
          ? t('trust.still')
          : t('trust.stale', {
              why: one.changes.map((change) => t(`trust.changed.${change}`)).join(', '),
            })}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('trust.direction')}</th>
            <th scope="col">
              {t('trust.recall')}
              <small>{t('trust.recallHint')}</small>
            </th>
            <th scope="col">
              {t('trust.precision')}
              <small>{t('trust.precisionHint')}</small>
            </th>
          </tr>
        </thead>
        <tbody>
          {(['in', 'out', 'both'] as const).map((direction) => (
            <tr key={direction}>
              <th scope="row">
                {direction === 'both' ? t('trust.both') : t(`common.${direction}`)}
              </th>
              <ShareCell share={one[direction].recall} />
              <ShareCell share={one[direction].precision} />
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="tw-receipt-facts">
        <Fact name={t('trust.of')}>
          {t('trust.ofValue', { name: one.lineName, camera, revision: one.lineRevision })}
        </Fact>
        <Fact name={t('trust.model')}>
          {one.model} <code title={one.modelDigest}>{one.modelDigest.slice(0, 12)}…</code>
        </Fact>
        <Fact name={t('trust.settings')}>
          <code title={one.configDigest}>{one.configDigest.slice(0, 12)}…</code>
        </Fact>
        <Fact name={t('trust.sample')}>
          {t('trust.sampleValue', {
            counted: number(one.counted),
            drawn: number(one.drawn),
            seconds: number(one.clipSeconds),
            slots: number(one.slots),
            from: moment(one.from),
            to: moment(one.to),
          })}
        </Fact>
        <Fact name={t('trust.events')}>
          {t('trust.eventsValue', {
            true: number(one.trueEvents.in + one.trueEvents.out),
            station: number(one.stationEvents.in + one.stationEvents.out),
          })}
        </Fact>
      </dl>
      <p className="tw-hint">{t('trust.holds')}</p>
    </article>
  );
}

function ShareCell({ share }: { readonly share: SampledShare | null }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  if (share === null) return <td>{t('trust.noShare')}</td>;
  const percent = (value: number) => number(value * 100, 1);
  return (
    <td>
      <b>
        {t('trust.share', {
          value: percent(share.value),
          low: percent(share.low),
          high: percent(share.high),
        })}
      </b>
      <small>{t('trust.ownEvents', { count: share.events })}</small>
    </td>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
