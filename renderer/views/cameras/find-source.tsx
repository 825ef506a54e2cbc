/**
 * The ways to a new camera that need no address: the network, the USB ports, a scene that is drawn.
 */
import { Button } from '@mantine/core';
import { IconUsb } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ErrorText, useUsbCameras, type SourceKind } from '../kit.ts';
import { FindNetwork } from './find-network.tsx';
import { FoundButton } from './found-button.tsx';

/** What a person chose: an address with all that is known about it. */
export interface PickedSource {
  readonly source: string;
  readonly name: string;
  /** Frames per second that it gives; null where it does not say */
  readonly fps: number | null;
}

interface FindSourceProps {
  readonly kind: SourceKind;
  /** Address that is in the form now */
  readonly source: string;
  readonly onPick: (picked: PickedSource) => void;
}

export function FindSource({ kind, ...props }: FindSourceProps) {
  switch (kind) {
    case 'rtsp':
      return <FindNetwork {...props} />;
    case 'usb':
      return <FindUsb {...props} />;
    case 'simulated':
      return <FindScene {...props} />;
    case 'http':
    case 'file':
      return null;
  }
}

type ListProps = Omit<FindSourceProps, 'kind'>;

function FindUsb({ source, onPick }: ListProps) {
  const { t } = useTranslation();
  const cameras = useUsbCameras();
  return (
    <section className="tw-find" aria-label={t('find.usb')}>
      <h3>{t('find.usb')}</h3>
      {cameras.error !== null && <ErrorText error={cameras.error} />}
      {cameras.data?.length === 0 && <p className="tw-hint">{t('find.noUsb')}</p>}
      <ul>
        {cameras.data?.map((camera) => (
          <li key={camera.source}>
            <FoundButton
              title={camera.name}
              detail={camera.isStable ? t('find.usbStable') : t('find.usbMoves')}
              cameraId={camera.cameraId}
              isChosen={camera.source === source}
              icon={IconUsb}
              onChoose={() => onPick({ source: camera.source, name: camera.name, fps: null })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

const scenes = [
  { name: 'find.plaza', source: 'simulated://plaza?people=12&seed=7&fps=10' },
  { name: 'find.road', source: 'simulated://road?vehicles=6&seed=3&fps=10' },
] as const;

function FindScene({ onPick }: ListProps) {
  const { t } = useTranslation();
  return (
    <section className="tw-find" aria-label={t('find.scenes')}>
      <h3>{t('find.scenes')}</h3>
      <p className="tw-hint">{t('find.scenesHint')}</p>
      <div className="tw-form-row">
        {scenes.map(({ name, source }) => (
          <Button
            key={source}
            variant="default"
            onClick={() => onPick({ source, name: t(name), fps: 10 })}
          >
            {t(name)}
          </Button>
        ))}
      </div>
    </section>
  );
}
