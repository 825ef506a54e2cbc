/**
 * Sizes as people read them.
 */
import { useTranslation } from 'react-i18next';
import { useFormats } from '../kit.ts';

/** Bytes as kB, MB or GB of the chosen language. */
export function useSizes(): (bytes: number) => string {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (bytes) => {
    if (bytes >= 1e9) return t('keeping.gigabytes', { value: number(bytes / 1e9, 1) });
    return bytes >= 1e6
      ? t('common.megabytes', { value: number(bytes / 1e6, 1) })
      : t('privacy.kilobytes', { value: number(bytes / 1e3, 1) });
  };
}
