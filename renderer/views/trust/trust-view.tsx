/**
 * How far each count can be trusted: the lines with their intervals, the blind counts, the certificates.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Certificate } from '#contract/certificate.ts';
import type { Line } from '#contract/counting.ts';
import {
  Allowed,
  EmptyState,
  ErrorText,
  formatRoute,
  goTo,
  LoadingState,
  Page,
  useCameras,
  useFormats,
  useLines,
  useMay,
  useRoute,
} from '../kit.ts';
import { Range, useLineCount, useLineInterval } from '../live/line-layer.tsx';
import { useReview } from '../review/use-review.ts';
import { CertificateSheet } from './certificate-sheet.tsx';
import { DrawDialog } from './draw-dialog.tsx';
import { LookingView } from './looking-view.tsx';
import { MarkingView } from './marking-view.tsx';
import { TrustPanels } from './trust-panel.tsx';
import { certificateRoute, countRoute, linesRoute, placeOf } from './trust-route.ts';

export function TrustView() {
  const { t } = useTranslation();
  const place = placeOf(useRoute());
  const back = (
    <Button
      variant="default"
      leftSection={<IconArrowLeft size={15} />}
      onClick={() => goTo(linesRoute)}
    >
      {t('trust.back')}
    </Button>
  );
  return (
    <Page
      title={t('trust.title')}
      summary={t('trust.summary')}
      actions={place.kind === 'lines' ? undefined : back}
    >
      {place.kind === 'lines' && <Lines />}
      {place.kind === 'count' && <Count id={place.id} />}
      {place.kind === 'certificate' && <OneCertificate id={place.id} />}
    </Page>
  );
}

function Count({ id }: { readonly id: number }) {
  const { data, error } = useReview('blindCount.get', { id });
  if (error !== null) return <ErrorText error={error} />;
  if (data === undefined) return <LoadingState />;
  if (data.state === 'marking') return <MarkingView count={data} />;
  if (data.certificateId !== null) return <OneCertificate id={data.certificateId} />;
  return <LookingView count={data} />;
}

function OneCertificate({ id }: { readonly id: number }) {
  const { data, error } = useReview('certificate.get', { id });
  if (error !== null) return <ErrorText error={error} />;
  return data === undefined ? <LoadingState /> : <CertificateSheet certificate={data} />;
}

function Lines() {
  const { t } = useTranslation();
  const lines = useLines();
  const cameras = useCameras();
  const may = useMay();
  const certificates = useReview('certificate.list', {});
  const [drawn, draw] = useState<Line | null>(null);
  const error = lines.error ?? certificates.error;
  if (error !== null) return <ErrorText error={error} />;
  if (lines.data === undefined || certificates.data === undefined) return <LoadingState />;
  if (lines.data.length === 0) {
    return (
      <EmptyState icon={null} title={t('trust.empty')} hint={t('trust.none')}>
        <Allowed to="line.save">
          <Button size="sm" component="a" href={formatRoute({ task: 'live', id: null })}>
            {t('trust.toCameras')}
          </Button>
        </Allowed>
      </EmptyState>
    );
  }
  const nameOf = (cameraId: string) =>
    cameras.data?.find((camera) => camera.id === cameraId)?.name ?? cameraId;
  return (
    <>
      <table className="tw-table tw-trust-lines">
        <thead>
          <tr>
            <th scope="col">{t('trust.line')}</th>
            <th scope="col">{t('trust.today')}</th>
            <th scope="col">{t('trust.interval')}</th>
            <th scope="col">{t('trust.state')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {lines.data.map((line) => (
            <LineRow
              key={line.id}
              line={line}
              camera={nameOf(line.cameraId)}
              certificate={certificates.data.find((one) => one.lineId === line.id) ?? null}
              onDraw={() => draw(line)}
            />
          ))}
        </tbody>
      </table>
      <TrustPanels lines={lines.data} />
      {may('blindCount.list') && <Counts />}
      <Certificates list={certificates.data} />
      {drawn !== null && <DrawDialog line={drawn} onClose={() => draw(null)} />}
    </>
  );
}

interface LineRowProps {
  readonly line: Line;
  readonly camera: string;
  readonly certificate: Certificate | null;
  readonly onDraw: () => void;
}

function LineRow({ line, camera, certificate, onDraw }: LineRowProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const count = useLineCount(line.id);
  const interval = useLineInterval(line.id);
  return (
    <tr>
      <th scope="row">
        {line.name}
        <small>{camera}</small>
      </th>
      <td>
        <b data-direction="in">{count === null ? t('common.none') : number(count.in)}</b>{' '}
        <b data-direction="out">{count === null ? t('common.none') : number(count.out)}</b>
      </td>
      <td>{interval !== null && <Range interval={interval} />}</td>
      <td>
        <CertificateState certificate={certificate} />
      </td>
      <td>
        <Allowed to="blindCount.draw">
          <Button variant="default" onClick={onDraw}>
            {t('trust.draw')}
          </Button>
        </Allowed>
      </td>
    </tr>
  );
}

function CertificateState({ certificate }: { readonly certificate: Certificate | null }) {
  const { t } = useTranslation();
  const { date } = useFormats();
  if (certificate === null) {
    return (
      <>
        {t('trust.notAudited')}
        <small>{t('trust.notAuditedHint')}</small>
      </>
    );
  }
  const { id, at, changes } = certificate;
  const words = { id, date: date(at) };
  return (
    <>
      <a href={formatRoute(certificateRoute(id))}>
        {changes.length === 0 ? t('trust.current', words) : t('trust.outOfDate', words)}
      </a>
      {changes.length > 0 && (
        <small>{changes.map((change) => t(`trust.changed.${change}`)).join(', ')}</small>
      )}
    </>
  );
}

function Counts() {
  const { t } = useTranslation();
  const { date, minute } = useFormats();
  const { data } = useReview('blindCount.list', {});
  const open = (data ?? []).filter(({ state }) => state !== 'certified');
  return (
    <section className="tw-trust-list">
      <h2>{t('trust.counts')}</h2>
      {open.length === 0 && <p className="tw-hint">{t('trust.noCounts')}</p>}
      <ul>
        {open.map((count) => (
          <li key={count.id}>
            <span>
              {t('trust.countOf', {
                name: count.line.name,
                done: count.clips.filter(({ state }) => state !== 'open').length,
                all: count.clips.length,
              })}
            </span>
            <small>
              {date(count.drawnAt)} {minute(count.drawnAt)}, {count.drawnBy}
            </small>
            <Button variant="default" onClick={() => goTo(countRoute(count.id))}>
              {count.state === 'looking' ? t('trust.look') : t('trust.goOn')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Certificates({ list }: { readonly list: readonly Certificate[] }) {
  const { t } = useTranslation();
  return (
    <section className="tw-trust-list">
      <h2>{t('trust.certificates')}</h2>
      {list.length === 0 && <p className="tw-hint">{t('trust.noCertificates')}</p>}
      <ul>
        {list.map((certificate) => (
          <li key={certificate.id}>
            <span>{certificate.lineName}</span>
            <small>
              <CertificateState certificate={certificate} />
            </small>
            <Button variant="default" onClick={() => goTo(certificateRoute(certificate.id))}>
              {t('trust.open')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
