/**
 * Says across the whole page that nothing on it is new while the station does not answer.
 */
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../api/station-context.tsx';
import { useFormats } from './use-formats.ts';

export function ConnectionBanner() {
  const { t } = useTranslation();
  const { time } = useFormats();
  const connection = useConnection();
  if (connection.state !== 'lost') return null;
  return (
    <div className="tw-banner" role="alert">
      <IconPlugConnectedX size={20} aria-hidden />
      <strong>{t('connection.lost')}</strong>
      <span>{t('connection.lostHint', { time: time(connection.since) })}</span>
    </div>
  );
}
