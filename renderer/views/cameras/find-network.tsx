/**
 * Cameras that answer on the network by ONVIF, and the streams of the one that is chosen.
 */
import { useEffect, useRef, useState } from 'react';
import { Button, Loader, PasswordInput, TextInput } from '@mantine/core';
import { IconDeviceCctv, IconRadar2, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FoundStream } from '#contract/discovery.ts';
import { ErrorText, useCommand, useFormats } from '../kit.ts';
import type { PickedSource } from './find-source.tsx';
import { FoundButton } from './found-button.tsx';

interface FindNetworkProps {
  /** Address that is in the form now */
  readonly source: string;
  readonly onPick: (picked: PickedSource) => void;
}

const exampleHost = '192.168.1.20';

export function FindNetwork({ source, onPick }: FindNetworkProps) {
  const { t } = useTranslation();
  const searching = useCommand('discovery.network');
  const asking = useCommand('discovery.streams');
  const [login, setLogin] = useState({ address: '', user: '', password: '' });
  const [name, setName] = useState('');
  const userField = useRef<HTMLInputElement>(null);
  const hasChosen = login.address !== '';
  useEffect(() => {
    if (name !== '') userField.current?.focus();
  }, [name]);

  const pick = (stream: FoundStream, makers: string) =>
    onPick({ source: stream.source, name: name === '' ? makers : name, fps: stream.fps });
  const ask = () => {
    if (!hasChosen || asking.isPending) return;
    asking.mutate(login, {
      onSuccess({ name: makers, streams }) {
        const best = streams.find(({ isBest }) => isBest);
        if (best !== undefined) pick(best, makers);
      },
    });
  };
  const found = searching.data;

  return (
    <section className="tw-find" aria-label={t('find.network')}>
      <header>
        <h3>{t('find.network')}</h3>
        <Button
          variant="default"
          leftSection={<IconRadar2 size={15} />}
          loading={searching.isPending}
          onClick={() => searching.mutate({})}
        >
          {t('find.search')}
        </Button>
      </header>
      <div aria-live="polite">
        {searching.isPending && (
          <p className="tw-hint">
            <Loader size="xs" aria-hidden /> {t('find.searching')}
          </p>
        )}
        {searching.error !== null && <ErrorText error={searching.error} />}
        {found?.length === 0 && <p className="tw-hint">{t('find.none')}</p>}
      </div>
      {found !== undefined && found.length > 0 && (
        <ul>
          {found.map((device) => (
            <li key={device.address}>
              <FoundButton
                title={device.name}
                detail={[device.hardware, device.host].filter(Boolean).join(' · ')}
                cameraId={device.cameraId}
                isChosen={device.address === login.address}
                icon={IconDeviceCctv}
                onChoose={() => {
                  asking.reset();
                  setLogin({ ...login, address: device.address });
                  setName(device.name);
                }}
              />
            </li>
          ))}
        </ul>
      )}
      {found !== undefined && (
        <div
          className="tw-find-login"
          role="group"
          aria-label={t('find.signIn')}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
            // Enter in these fields asks the camera; it does not save the form around them.
            event.preventDefault();
            ask();
          }}
        >
          <TextInput
            label={t('find.host')}
            placeholder={exampleHost}
            spellCheck={false}
            value={login.address}
            onChange={(event) => setLogin({ ...login, address: event.currentTarget.value })}
          />
          <TextInput
            ref={userField}
            label={t('find.user')}
            autoComplete="off"
            value={login.user}
            onChange={(event) => setLogin({ ...login, user: event.currentTarget.value })}
          />
          <PasswordInput
            label={t('find.password')}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('find.showPassword') }}
            value={login.password}
            onChange={(event) => setLogin({ ...login, password: event.currentTarget.value })}
          />
          <Button variant="default" loading={asking.isPending} disabled={!hasChosen} onClick={ask}>
            {t('find.ask')}
          </Button>
        </div>
      )}
      {asking.error !== null && <ErrorText error={asking.error} />}
      {asking.data !== undefined && (
        <StreamList
          streams={asking.data.streams}
          source={source}
          onPick={(stream) => pick(stream, asking.data.name)}
        />
      )}
    </section>
  );
}

interface StreamListProps {
  readonly streams: readonly FoundStream[];
  readonly source: string;
  readonly onPick: (stream: FoundStream) => void;
}

function StreamList({ streams, source, onPick }: StreamListProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const factsOf = ({ picture, codec, fps, isBest }: FoundStream) =>
    [
      picture === null ? '' : t('common.pixels', picture),
      codec,
      fps === null ? '' : t('common.fps', { value: number(fps) }),
      isBest ? t('find.best') : '',
    ]
      .filter(Boolean)
      .join(' · ');
  return (
    <div role="group" aria-label={t('find.streams')}>
      <p className="tw-hint">{t('find.streamsHint')}</p>
      <ul>
        {streams.map((stream, index) => (
          <li key={index}>
            <FoundButton
              title={stream.name}
              detail={factsOf(stream)}
              cameraId={null}
              isChosen={stream.source === source}
              icon={IconVideo}
              onChoose={() => onPick(stream)}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
