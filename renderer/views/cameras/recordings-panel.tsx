/**
 * What is recorded of a camera: the day as a strip of time, a film of a chosen time, and its export as a file.
 */
import { useEffect, useRef, useState } from 'react';
import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import {
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconPlayerPlay,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import {
  ErrorText,
  LoadingState,
  nearestRecorded,
  nextEvent,
  saveFile,
  startOfDay,
  startOfNextDay,
  useClip,
  useDayEvents,
  useFormats,
  useRecordedSpans,
  useStation,
} from '../kit.ts';
import { TimeStrip } from './time-strip.tsx';

interface RecordingsPanelProps {
  readonly camera: Camera;
  readonly onClose: () => void;
}

const hourMs = 3_600_000;
const secondMs = 1_000;
/** A film of an event begins so long before it, ms. */
const leadMs = 5_000;
const lengths = [30, 60, 120, 300, 600];

export function RecordingsPanel({ camera, onClose }: RecordingsPanelProps) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} size={1120} title={t('recorded.title', { name: camera.name })}>
      <RecordedDay camera={camera} />
    </Modal>
  );
}

function RecordedDay({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const { link } = useStation();
  const [chosen, setChosen] = useState(() => link.stationNow());
  const day = { from: startOfDay(chosen), to: startOfNextDay(chosen) };
  const spans = useRecordedSpans(camera.id, day);
  const events = useDayEvents(camera.id, day);
  const times = (events.data ?? []).map(({ at }) => at);
  const error = spans.error ?? events.error;
  if (error !== null) return <ErrorText error={error} />;
  if (spans.data === undefined) return <LoadingState />;
  const at = nearestRecorded(spans.data, chosen);
  const hourFrom = day.from + Math.floor((chosen - day.from) / hourMs) * hourMs;
  const goToEvent = (way: 1 | -1) => {
    const event = nextEvent(times, chosen + leadMs, way);
    if (event !== null) setChosen(event - leadMs);
  };
  const strip = { spans: spans.data, events: times, at: chosen, onChoose: setChosen };
  return (
    <div className="tw-recorded">
      <div className="tw-recorded-bar">
        <TextInput
          type="date"
          label={t('recorded.day')}
          value={localDay(chosen)}
          onChange={({ currentTarget: { value } }) => {
            const next = new Date(`${value}T00:00`).getTime();
            if (!Number.isNaN(next)) setChosen(next + (chosen - day.from));
          }}
        />
        <p role="status">{t('recorded.at', { day: date(chosen), time: time(chosen) })}</p>
        <span className="tw-fill" />
        <Button
          variant="default"
          leftSection={<IconChevronLeft size={15} aria-hidden />}
          disabled={nextEvent(times, chosen + leadMs, -1) === null}
          onClick={() => goToEvent(-1)}
        >
          {t('recorded.before')}
        </Button>
        <Button
          variant="default"
          rightSection={<IconChevronRight size={15} aria-hidden />}
          disabled={nextEvent(times, chosen + leadMs, 1) === null}
          onClick={() => goToEvent(1)}
        >
          {t('recorded.after')}
        </Button>
      </div>
      <TimeStrip {...strip} label={t('recorded.dayStrip')} strip={day} stepMs={60 * secondMs} />
      <TimeStrip
        {...strip}
        label={t('recorded.hourStrip')}
        strip={{ from: hourFrom, to: Math.min(day.to, hourFrom + hourMs) }}
        stepMs={secondMs}
      />
      {at === null ? (
        <p className="tw-hint">{t('recorded.nothing')}</p>
      ) : (
        <FilmOf cameraId={camera.id} from={at} />
      )}
    </div>
  );
}

interface FilmOfProps {
  readonly cameraId: string;
  /** Unix time in ms at which it is to begin */
  readonly from: number;
}

function FilmOf({ cameraId, from }: FilmOfProps) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const playing = useClip();
  const saving = useClip();
  const [seconds, setSeconds] = useState(60);
  const [hasTime, setHasTime] = useState(true);
  const [hasBoxes, setHasBoxes] = useState(true);
  const stretch = { cameraId, from: Math.round(from), to: Math.round(from) + seconds * secondMs };
  const error = playing.error ?? saving.error;
  const film = playing.data;
  const save = () => {
    const burnIn = [...(hasTime ? ['time' as const] : []), ...(hasBoxes ? ['boxes' as const] : [])];
    saving.mutate(
      { ...stretch, burnIn },
      {
        onSuccess: ({ blob, from: begin }) =>
          saveFile(
            `${cameraId}-${new Date(begin).toISOString().replaceAll(/[:.]/g, '-')}.mp4`,
            blob,
          ),
      },
    );
  };
  return (
    <>
      <div className="tw-recorded-bar">
        <NativeSelect
          label={t('recorded.length')}
          value={String(seconds)}
          data={lengths.map((length) => ({
            value: String(length),
            label: t('recorded.seconds', { value: length }),
          }))}
          onChange={({ currentTarget: { value } }) => setSeconds(Number(value))}
        />
        <Button
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          loading={playing.isPending}
          onClick={() => playing.mutate({ ...stretch, burnIn: [] })}
        >
          {t('recorded.play')}
        </Button>
        <span className="tw-fill" />
        <Checkbox
          label={t('recorded.withTime')}
          checked={hasTime}
          onChange={({ currentTarget: { checked } }) => setHasTime(checked)}
        />
        <Checkbox
          label={t('recorded.withBoxes')}
          checked={hasBoxes}
          onChange={({ currentTarget: { checked } }) => setHasBoxes(checked)}
        />
        <Button
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          loading={saving.isPending}
          onClick={save}
        >
          {t('recorded.save')}
        </Button>
      </div>
      {error !== null && <ErrorText error={error} />}
      {film !== undefined && (
        <Film
          blob={film.blob}
          label={t('recorded.film', { day: date(film.from), time: time(film.from) })}
        />
      )}
    </>
  );
}

function Film({ blob, label }: { readonly blob: Blob; readonly label: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const url = URL.createObjectURL(blob);
    if (video.current !== null) video.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return (
    <figure className="tw-film">
      <video ref={video} aria-label={label} controls autoPlay muted playsInline />
      <figcaption>{label}</figcaption>
    </figure>
  );
}

/** As a field for a date has it, on the clock of this browser. */
function localDay(at: number): string {
  const day = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(day.getFullYear())}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
