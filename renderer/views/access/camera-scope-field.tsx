/**
 * Chooses the only cameras that somebody may see; nothing chosen means all.
 */
import { MultiSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCameras } from '../kit.ts';

interface CameraScopeFieldProps {
  readonly label: string;
  readonly value: readonly string[] | null;
  readonly onChange: (cameras: string[] | null) => void;
  /** Whether the label is spoken only, as in a table */
  readonly isBare?: boolean;
}

export function CameraScopeField({ label, value, onChange, isBare }: CameraScopeFieldProps) {
  const { t } = useTranslation();
  const cameras = useCameras();
  const isEmpty = value === null || value.length === 0;
  return (
    <MultiSelect
      {...(isBare === true ? { 'aria-label': label, size: 'xs' as const } : { label })}
      data={(cameras.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      placeholder={isEmpty ? t('access.allCameras') : ''}
      value={[...(value ?? [])]}
      onChange={(chosen) => onChange(chosen.length === 0 ? null : chosen)}
    />
  );
}
