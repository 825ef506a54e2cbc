/**
 * The receipt of one crossing: its path over the picture, the distance over time, and the numbers in plain words.
 */
import type { ReactNode } from 'react';
import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Receipt } from '#contract/trajectory.ts';
import { ErrorText, LoadingState, useFormats } from '../kit.ts';
import { Tile } from '../live/tile.tsx';
import { DistanceChart } from './distance-chart.tsx';
import { PathLayer } from './path-layer.tsx';
import { useReceipt } from './use-review.ts';

interface ReceiptDialogProps {
  readonly id: number;
  readonly cameras: readonly Camera[];
  readonly onClose: () => void;
}

const pictureFps = 5;

export function ReceiptDialog({ id, cameras, onClose }: ReceiptDialogProps) {
  const { t } = useTranslation();
  const { data, error } = useReceipt(id);
  return (
    <Modal opened onClose={onClose} size="xl" title={t('review.receipt', { id })}>
      {error !== null && <ErrorText error={error} />}
      {data === undefined && error === null && <LoadingState />}
      {data !== undefined && (
        <div className="tw-receipt">
          <ReceiptPicture
            receipt={data}
            camera={cameras.find((camera) => camera.id === data.crossing.cameraId) ?? null}
          />
          <Facts receipt={data} />
        </div>
      )}
    </Modal>
  );
}

interface PictureProps {
  readonly receipt: Receipt;
  readonly camera: Camera | null;
}

function ReceiptPicture({ receipt, camera }: PictureProps) {
  const { t } = useTranslation();
  const { crossing, line, path } = receipt;
  const marked =
    path.find((look) => look.at >= crossing.at) ??
    ({
      at: crossing.at,
      point: crossing.point,
      box: crossing.box,
      distancePx: 0,
      bandPx: 1,
      along: 0,
      settled: null,
      isCandidate: false,
    } as const);
  return (
    <div className="tw-receipt-picture">
      {camera !== null && (
        <div className="tw-receipt-tile">
          <Tile
            camera={camera}
            lines={[]}
            zones={[]}
            number={null}
            isFocused={false}
            fps={pictureFps}
            cover={(size) => (
              <PathLayer path={path} points={line?.points ?? []} size={size} marked={marked} />
            )}
          />
        </div>
      )}
      {receipt.pictures.length > 0 ? (
        <div className="tw-receipt-strip">
          {receipt.pictures.map(({ at, jpeg }) => (
            <img key={at} src={`data:image/jpeg;base64,${jpeg}`} alt={t('review.picture')} />
          ))}
        </div>
      ) : (
        <p className="tw-hint">{t('review.pictureNow')}</p>
      )}
      {path.length > 1 && <DistanceChart path={path} at={crossing.at} />}
      {receipt.pathState === 'not-written-yet' && (
        <p className="tw-hint" role="status">
          {t('review.notWritten')}
        </p>
      )}
      {receipt.pathState === 'not-kept' && <p className="tw-hint">{t('review.notKept')}</p>}
    </div>
  );
}

function Facts({ receipt }: { readonly receipt: Receipt }) {
  const { t } = useTranslation();
  const { time, date, number } = useFormats();
  const { crossing, line, rule, model } = receipt;
  const isAwaited = receipt.pathState === 'not-written-yet';
  return (
    <dl className="tw-receipt-facts">
      <Fact name={t('review.what')}>
        {t(`label.${crossing.label}`)}, <b>{t(`common.${crossing.direction}`)}</b>
      </Fact>
      <Fact name={t('review.when')}>
        {date(crossing.at)}, {time(crossing.at)}
      </Fact>
      <Fact name={t('review.line')}>
        {line === null
          ? crossing.lineId
          : t('review.lineRevision', { name: line.name, revision: crossing.lineRevision })}
      </Fact>
      <Fact name={t('review.why')}>
        {rule !== null && <Why receipt={receipt} rule={rule} />}
        {rule === null && t(isAwaited ? 'review.ruleAwaited' : 'review.noRule')}
      </Fact>
      <Fact name={t('review.sure')}>
        {t('review.score', { value: number(crossing.score * 100) })}
      </Fact>
      <Fact name={t('review.model')}>
        {model.name === '' ? t('review.modelGone') : `${model.name} ${model.version}`}{' '}
        <Digest value={model.digest} />
      </Fact>
      <Fact name={t('review.settings')}>
        <Digest value={receipt.configDigest} />
      </Fact>
      <Fact name={t('review.track')}>
        <code>{crossing.trackUid}</code>
      </Fact>
    </dl>
  );
}

interface WhyProps {
  readonly receipt: Receipt;
  readonly rule: NonNullable<Receipt['rule']>;
}

/** What the rule saw, sentence by sentence. */
function Why({ receipt, rule }: WhyProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const look = receipt.path.find(({ at }) => at >= receipt.crossing.at);
  const from = rule.settledBefore;
  return (
    <>
      {from !== null && <p>{t('review.cameFrom', { side: t(`common.${from}`) })}</p>}
      {rule.isBornInside && <p>{t('review.bornInside')}</p>}
      {rule.inheritedFrom !== null && <p>{t('review.inherited', { track: rule.inheritedFrom })}</p>}
      {look !== undefined && (
        <p>
          {t('review.beyond', {
            distance: number(Math.abs(look.distancePx), 1),
            band: number(look.bandPx, 1),
          })}
        </p>
      )}
      <p>
        {t(`review.decided.${rule.decidedBy}`, {
          held: number(rule.heldSeconds, 2),
          needed: number(rule.neededSeconds, 2),
        })}
      </p>
    </>
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

/** The beginning of a digest, the whole as its title. */
function Digest({ value }: { readonly value: string }) {
  return <code title={value}>{value.slice(0, 12)}…</code>;
}
