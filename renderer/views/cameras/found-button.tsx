/**
 * One thing that was found, as a button: what it is, and whether it is a camera of the station already.
 */
import { IconCheck, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCameras } from '../kit.ts';

interface FoundButtonProps {
  readonly title: string;
  readonly detail: string;
  /** Camera of the station that it is; null when it is none */
  readonly cameraId: string | null;
  readonly isChosen: boolean;
  readonly icon: Icon;
  readonly onChoose: () => void;
}

export function FoundButton(props: FoundButtonProps) {
  const { title, detail, cameraId, isChosen, icon: KindIcon, onChoose } = props;
  const { t } = useTranslation();
  const cameras = useCameras().data ?? [];
  const known = cameras.find(({ id }) => id === cameraId)?.name ?? cameraId;
  return (
    <button type="button" className="tw-found" aria-pressed={isChosen} onClick={onChoose}>
      {isChosen ? <IconCheck size={18} aria-hidden /> : <KindIcon size={18} aria-hidden />}
      <span>
        <b>{title}</b>
        <small>{detail}</small>
      </span>
      {known !== null && <em>{t('find.known', { name: known })}</em>}
    </button>
  );
}
