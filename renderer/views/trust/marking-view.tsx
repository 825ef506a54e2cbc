/**
 * Counting one clip after the other, blind.
 */
import { useRef, useState } from 'react';
import { Button, Progress, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BlindClip, BlindCount, BlindMark } from '#contract/blind-count.ts';
import type { Direction } from '#contract/counting.ts';
import { ErrorText, LoadingState, useCommand, useFormats, useShortcuts } from '../kit.ts';
import { ClipPlayer, type Player } from './clip-player.tsx';
import { useFilm } from './use-film.ts';

const speeds = [1, 2, 0.5] as const;
const stepMs = 1_000;

export function MarkingView({ count }: { readonly count: BlindCount }) {
  const { t } = useTranslation();
  const done = count.clips.filter(({ state }) => state !== 'open').length;
  const clip = count.clips.find(({ state }) => state === 'open');
  if (clip === undefined) return <LoadingState />;
  return (
    <section className="tw-marking" aria-label={t('trust.draw')}>
      <header>
        <h2>{t('trust.clipOf', { number: done + 1, all: count.clips.length })}</h2>
        <Progress
          value={(100 * done) / count.clips.length}
          aria-label={t('trust.countOf', {
            name: count.line.name,
            done,
            all: count.clips.length,
          })}
        />
      </header>
      <MarkClip key={clip.position} count={count} clip={clip} />
      <p className="tw-hint">{t('trust.how')}</p>
    </section>
  );
}

interface MarkClipProps {
  readonly count: BlindCount;
  readonly clip: BlindClip;
}

function MarkClip({ count, clip }: MarkClipProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const film = useFilm(count, clip.position);
  const player = useRef<Player>(null);
  const [marks, setMarks] = useState<readonly BlindMark[]>([]);
  const [at, setAt] = useState(clip.from);
  const [isSeen, setSeen] = useState(false);
  const [speed, setSpeed] = useState<number>(speeds[0]);
  const marking = useCommand('blindCount.mark');
  const which = { id: count.id, cameraId: count.cameraId, position: clip.position };
  const isReady = film.state === 'ready';

  const mark = (direction: Direction) => {
    if (player.current === null) return;
    const taken = { direction, at: player.current.now() };
    setMarks((known) => [...known, taken]);
  };
  const undo = () => setMarks((known) => known.slice(0, -1));
  const step = (ms: number) => player.current?.seek(player.current.now() + ms);
  const faster = () => {
    const next = speeds[(speeds.findIndex((one) => one === speed) + 1) % speeds.length] ?? 1;
    setSpeed(next);
    player.current?.setSpeed(next);
  };
  const handIn = () => {
    if (isSeen && !marking.isPending) marking.mutate({ ...which, marks: [...marks] });
  };

  useShortcuts(
    [
      {
        keys: ['i'],
        help: { keys: 'I', text: t('trust.mark', { direction: t('common.in') }) },
        run: () => mark('in'),
      },
      {
        keys: ['o'],
        help: { keys: 'O', text: t('trust.mark', { direction: t('common.out') }) },
        run: () => mark('out'),
      },
      { keys: ['Backspace'], help: { keys: '⌫', text: t('trust.undo') }, run: undo },
      {
        keys: [' '],
        help: { keys: '␣', text: t('trust.play') },
        run: () => player.current?.toggle(),
      },
      {
        keys: ['ArrowLeft'],
        help: { keys: '←', text: t('trust.backward') },
        run: () => step(-stepMs),
      },
      {
        keys: ['ArrowRight'],
        help: { keys: '→', text: t('trust.forward') },
        run: () => step(stepMs),
      },
      {
        keys: ['s'],
        help: { keys: 'S', text: t('trust.speed', { value: number(speed, 1) }) },
        run: faster,
      },
      {
        keys: ['Enter'],
        help: { keys: '⏎', text: t('trust.handIn', { count: marks.length }) },
        run: handIn,
      },
    ],
    isReady,
  );

  if (film.state === 'loading') {
    return (
      <>
        <LoadingState />
        <p className="tw-hint">{t('trust.cutting')}</p>
      </>
    );
  }
  return (
    <div className="tw-marking-body">
      {film.state === 'failed' ? (
        <ErrorText error={film.error} />
      ) : (
        <div className="tw-marking-film">
          <ClipPlayer
            film={film}
            line={count.line}
            player={player}
            onTime={setAt}
            onEnd={() => setSeen(true)}
          />
          <FilmTime clip={clip} film={film} at={at} marks={marks} />
          <div className="tw-marking-keys">
            <Button variant="default" onClick={() => player.current?.toggle()}>
              {t('trust.play')} ␣
            </Button>
            <Button variant="default" onClick={faster}>
              {t('trust.speed', { value: number(speed, speed < 1 ? 1 : 0) })}
            </Button>
            <Button className="tw-in" variant="default" onClick={() => mark('in')}>
              {t('trust.mark', { direction: t('common.in') })} I
            </Button>
            <Button className="tw-out" variant="default" onClick={() => mark('out')}>
              {t('trust.mark', { direction: t('common.out') })} O
            </Button>
            <Button variant="default" onClick={undo} disabled={marks.length === 0}>
              {t('trust.undo')} ⌫
            </Button>
          </div>
        </div>
      )}
      <aside>
        {isReady && <MarkList marks={marks} clip={clip} from={film.from} />}
        {marking.error !== null && <ErrorText error={marking.error} />}
        {isReady && (
          <>
            <Button onClick={handIn} disabled={!isSeen} loading={marking.isPending}>
              {t('trust.handIn', { count: marks.length })} ⏎
            </Button>
            <p className="tw-hint">{isSeen ? t('trust.handedIn') : t('trust.watchFirst')}</p>
          </>
        )}
        <SkipForm which={which} />
      </aside>
    </div>
  );
}

interface FilmTimeProps {
  readonly clip: BlindClip;
  readonly film: { readonly from: number; readonly to: number };
  readonly at: number;
  readonly marks: readonly BlindMark[];
}

/** Where in the film we are, with the margins that do not count and the marks. */
function FilmTime({ clip, film, at, marks }: FilmTimeProps) {
  const share = (time: number) => `${(100 * (time - film.from)) / (film.to - film.from)}%`;
  return (
    <div className="tw-film-time" aria-hidden>
      <i data-margin style={{ left: 0, right: `calc(100% - ${share(clip.from)})` }} />
      <i data-margin style={{ left: share(clip.to), right: 0 }} />
      {marks.map((mark, index) => (
        <b key={index} data-direction={mark.direction} style={{ left: share(mark.at) }} />
      ))}
      <i data-now style={{ left: share(at) }} />
    </div>
  );
}

interface MarkListProps {
  readonly marks: readonly BlindMark[];
  readonly clip: BlindClip;
  readonly from: number;
}

function MarkList({ marks, clip, from }: MarkListProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <section className="tw-marks" aria-label={t('trust.marks')} aria-live="polite">
      <h3>{t('trust.marks')}</h3>
      {marks.length === 0 && <p className="tw-hint">{t('trust.noMarks')}</p>}
      <ol>
        {marks.map(({ direction, at }, index) => (
          <li key={index}>
            <b data-direction={direction}>{t(`common.${direction}`)}</b>{' '}
            {t('age.seconds', { seconds: number((at - from) / 1000, 1) })}
            {(at < clip.from || at >= clip.to) && <small> {t('trust.margin')}</small>}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface SkipFormProps {
  readonly which: { readonly id: number; readonly cameraId: string; readonly position: number };
}

function SkipForm({ which }: SkipFormProps) {
  const { t } = useTranslation();
  const skipping = useCommand('blindCount.skip');
  const [reason, setReason] = useState('');
  return (
    <details className="tw-skip-form">
      <summary>{t('trust.skip')}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          skipping.mutate({ ...which, reason });
        }}
      >
        <TextInput
          label={t('trust.skipReason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          minLength={3}
          maxLength={200}
          required
        />
        {skipping.error !== null && <ErrorText error={skipping.error} />}
        <Button type="submit" variant="default" loading={skipping.isPending}>
          {t('trust.skipNow')}
        </Button>
      </form>
    </details>
  );
}
