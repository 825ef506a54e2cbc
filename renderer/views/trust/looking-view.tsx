/**
 * The second look: each crossing on which person and station disagree, with its film.
 */
import { useRef, useState } from 'react';
import { Button, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BlindClip, BlindCount, Disagreement } from '#contract/blind-count.ts';
import { ErrorText, goTo, LoadingState, useCommand, useFormats, useShortcuts } from '../kit.ts';
import { ClipPlayer, type Player } from './clip-player.tsx';
import { certificateRoute } from './trust-route.ts';
import { useFilm } from './use-film.ts';

/** The film is shown from this long before the crossing, ms. */
const leadMs = 2_000;

interface Found {
  readonly clip: BlindClip;
  readonly one: Disagreement;
}

export function LookingView({ count }: { readonly count: BlindCount }) {
  const { t } = useTranslation();
  const certifying = useCommand('blindCount.certify');
  const list = count.clips.flatMap((clip): Found[] =>
    (clip.compared?.disagreements ?? []).map((one) => ({ clip, one })),
  );
  const agreed = count.clips.reduce((sum, { compared }) => sum + (compared?.agreed ?? 0), 0);
  const [chosen, choose] = useState(0);
  const shown = list[chosen];
  const move = (by: number) => choose((at) => Math.min(list.length - 1, Math.max(0, at + by)));
  useShortcuts(
    [
      { keys: ['ArrowDown'], run: () => move(1) },
      { keys: ['ArrowUp'], run: () => move(-1) },
    ],
    list.length > 1,
  );
  const certify = () =>
    certifying.mutate(
      { id: count.id, cameraId: count.cameraId },
      { onSuccess: ({ id }) => goTo(certificateRoute(id)) },
    );
  return (
    <section className="tw-looking" aria-label={t('trust.look')}>
      <p>
        {list.length === 0
          ? t('trust.agreeAll')
          : t('trust.lookText', { agreed, count: list.length })}
      </p>
      <div className="tw-marking-body">
        {shown !== undefined && <Film count={count} found={shown} />}
        <aside>
          <ol className="tw-misses">
            {list.map((found, index) => (
              <DisagreementRow
                key={`${found.clip.position}-${found.one.kind}-${found.one.at}`}
                count={count}
                found={found}
                isShown={index === chosen}
                onShow={() => choose(index)}
              />
            ))}
          </ol>
          {certifying.error !== null && <ErrorText error={certifying.error} />}
          <Button onClick={certify} loading={certifying.isPending}>
            {t('trust.certify')}
          </Button>
          <Skipped count={count} />
        </aside>
      </div>
    </section>
  );
}

function Film({ count, found }: { readonly count: BlindCount; readonly found: Found }) {
  const { t } = useTranslation();
  const film = useFilm(count, found.clip.position);
  const player = useRef<Player>(null);
  const again = () => {
    player.current?.seek(found.one.at - leadMs);
    player.current?.toggle();
  };
  useShortcuts([
    {
      keys: [' '],
      help: { keys: '␣', text: t('trust.play') },
      run: () => player.current?.toggle(),
    },
    { keys: ['r'], help: { keys: 'R', text: t('trust.look') }, run: again },
  ]);
  const { time } = useFormats();
  if (film.state === 'loading') return <LoadingState />;
  if (film.state === 'failed') return <ErrorText error={film.error} />;
  return (
    <div className="tw-marking-film">
      <ClipPlayer
        film={film}
        line={count.line}
        player={player}
        onTime={() => undefined}
        onEnd={() => undefined}
      />
      <div className="tw-marking-keys">
        <Button variant="default" onClick={again}>
          {t('trust.show', { time: time(found.one.at) })} R
        </Button>
      </div>
    </div>
  );
}

interface RowProps {
  readonly count: BlindCount;
  readonly found: Found;
  readonly isShown: boolean;
  readonly onShow: () => void;
}

function DisagreementRow({ count, found, isShown, onShow }: RowProps) {
  const { t } = useTranslation();
  const { time } = useFormats();
  const judging = useCommand('blindCount.judge');
  const { clip, one } = found;
  const say = (happened: boolean) => {
    const all = (clip.compared?.disagreements ?? []).map((each) =>
      each === one ? { ...each, happened } : each,
    );
    judging.mutate({
      ...{ id: count.id, cameraId: count.cameraId, position: clip.position },
      happened: all.flatMap((each) =>
        each.kind === 'only-counted' && each.happened ? [each.crossingId] : [],
      ),
      mistaken: all.flatMap((each) =>
        each.kind === 'only-marked' && !each.happened ? [each.mark] : [],
      ),
    });
  };
  return (
    <li>
      <button type="button" aria-pressed={isShown} onClick={onShow}>
        <b>{one.kind === 'only-counted' ? t('trust.onlyCounted') : t('trust.onlyMarked')}</b>
        <time dateTime={new Date(one.at).toISOString()}>{time(one.at)}</time>
        <small>{t(`common.${one.direction}`)}</small>
      </button>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('trust.lookTitle', { name: time(one.at) })}
        value={one.happened ? 'yes' : 'no'}
        onChange={(value) => say(value === 'yes')}
        data={[
          { value: 'yes', label: t('trust.happened') },
          { value: 'no', label: t('trust.notHappened') },
        ]}
      />
      {judging.error !== null && <ErrorText error={judging.error} />}
    </li>
  );
}

function Skipped({ count }: { readonly count: BlindCount }) {
  const { t } = useTranslation();
  const skipped = count.clips.filter(({ state }) => state === 'skipped');
  return skipped.map(({ position, skipped: reason }) => (
    <p key={position} className="tw-hint">
      {t('trust.clipOf', { number: position + 1, all: count.clips.length })},{' '}
      {t('trust.skipped', { reason })}
    </p>
  ));
}
