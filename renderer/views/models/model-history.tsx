/**
 * Who imported, made count and took back which model, when and why; and the room that the models take.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelEvent } from '#contract/registry.ts';
import { useCameras, useFormats, useModelHistory, useModelStorage } from '../kit.ts';

const shownFirst = 8;

export function ModelHistory() {
  const { t } = useTranslation();
  const { number, date, time } = useFormats();
  const history = useModelHistory();
  const storage = useModelStorage();
  const words = useEventWords();
  const [showsAll, setShowsAll] = useState(false);
  const events = history.data ?? [];
  if (events.length === 0) return null;
  return (
    <section className="tw-model-history">
      <h2>{t('modelHistory.title')}</h2>
      {storage.data !== undefined && (
        <p className="tw-dim">
          {t('modelHistory.storage', {
            used: number(storage.data.usedBytes / 1e6, 1),
            free: number(storage.data.freeBytes / 1e9, 1),
            folder: storage.data.folder,
          })}
        </p>
      )}
      <table className="tw-table">
        <tbody>
          {events.slice(0, showsAll ? events.length : shownFirst).map((event, index) => (
            <tr key={index}>
              <td className="tw-dim">
                {date(event.at)} {time(event.at)}
              </td>
              <td>{words(event)}</td>
              <td>
                {event.name} <span className="tw-mono">{event.version}</span>
              </td>
              <td className="tw-dim">{event.by}</td>
              <td>{reasonOf(event)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {events.length > shownFirst && !showsAll && (
        <Button variant="subtle" size="xs" onClick={() => setShowsAll(true)}>
          {t('modelHistory.all', { count: events.length })}
        </Button>
      )}
    </section>
  );
}

function reasonOf(event: ModelEvent): string {
  if (event.kind === 'imported') return event.lineage.releaseNotes;
  return event.reason === '' ? (event.skipReason ?? '') : event.reason;
}

function useEventWords(): (event: ModelEvent) => string {
  const { t } = useTranslation();
  const cameras = useCameras();
  return (event) => {
    if (event.kind === 'imported') {
      const { origin, variant } = event.lineage;
      return variant === null
        ? t('modelHistory.imported', {
            where: origin.where === '' ? t('common.none') : origin.where,
          })
        : t('modelHistory.made', { variant });
    }
    const { cameraId, alias, cause, digest } = event;
    const camera = cameras.data?.find(({ id }) => id === cameraId)?.name ?? cameraId;
    const scope = camera === null ? t('swap.allCameras') : camera;
    if (digest === null) return t('modelHistory.follows', { scope });
    if (alias === 'challenger') return t('modelHistory.challenger', { scope });
    return t(`modelHistory.${cause}`, { scope });
  };
}
