/**
 * Shows what the station wants a person to read: the same sentence about many cameras is one notice that names them.
 */
import { useEffect, useRef } from 'react';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { ErrorCode } from '#contract/error.ts';
import type { EventOf } from '#contract/events.ts';
import { useCameras } from '../api/queries.ts';
import { useStation } from '../api/station-context.tsx';
import { StationSentence } from './station-sentence.tsx';

type Notice = EventOf<'notice'>;

const colours: Record<Notice['severity'], string> = {
  info: 'station',
  warning: 'yellow',
  error: 'red',
};
const shownMs = 8000;
/** How many cameras a title names before it counts the rest. */
const namedCameras = 2;

export function useNotices(): void {
  const { t } = useTranslation();
  const { link } = useStation();
  const { data } = useCameras();
  const cameras = useRef(data);
  useEffect(() => {
    cameras.current = data;
  }, [data]);

  useEffect(() => {
    const nameOf = (id: string) => cameras.current?.find((camera) => camera.id === id)?.name ?? id;
    return link.listen('notice', (notice) => {
      const { severity, message, code, cameraId } = notice;
      const id = `${severity} ${code ?? ''} ${message}`;
      const ids = camerasOf(id, cameraId);
      const names = ids.slice(0, namedCameras).map(nameOf);
      const rest = ids.length - names.length;
      const shown = {
        id,
        title: [t(`notice.${severity}`), ...names, ...(rest > 0 ? [`+${rest}`] : [])].join(' · '),
        message: <NoticeText notice={notice} />,
        color: colours[severity],
        autoClose: severity === 'error' ? (false as const) : shownMs,
        onClose: () => open.delete(id),
      };
      if (ids.length > 1) notifications.update(shown);
      else notifications.show(shown);
    });
  }, [link, t]);
}

function NoticeText({ notice: { code, message } }: { readonly notice: Notice }) {
  return (
    <>
      <StationSentence of={{ detail: message }} code={ErrorCode.safeParse(code).data} />
      {code !== null && ` (${code})`}
    </>
  );
}

/** Cameras that each open notice is about. */
const open = new Map<string, string[]>();

function camerasOf(noticeId: string, cameraId: string | null): string[] {
  const ids = open.get(noticeId) ?? [];
  if (cameraId !== null && !ids.includes(cameraId)) ids.push(cameraId);
  open.set(noticeId, ids);
  return [...ids];
}
