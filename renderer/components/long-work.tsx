/**
 * Says that something takes minutes, how far it is, and lets the person who began it end it.
 */
import { Button, Loader, Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface LongWorkProps {
  /** What is done */
  readonly label: string;
  /** 0…1; null where nobody knows */
  readonly share: number | null;
  readonly onCancel: () => void;
}

export function LongWork({ label, share, onCancel }: LongWorkProps) {
  const { t } = useTranslation();
  return (
    <span className="tw-long-work" role="status">
      {share === null ? <Loader size={14} /> : <Progress value={share * 100} aria-label={label} />}
      <span className="tw-dim">{label}</span>
      <Button variant="subtle" size="compact-sm" onClick={onCancel}>
        {t('common.cancel')}
      </Button>
    </span>
  );
}
