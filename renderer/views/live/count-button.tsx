/**
 * A number that opens the receipts behind it.
 */
import { useTranslation } from 'react-i18next';
import type { Direction } from '#contract/counting.ts';
import { useFormats } from '../kit.ts';

interface CountButtonProps {
  /** Null while it is not known */
  readonly count: number | null;
  readonly direction: Direction;
  /** What was counted, in words */
  readonly of: string;
  readonly onOpen: () => void;
}

export function CountButton({ count, direction, of, onOpen }: CountButtonProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  if (count === null) return t('common.none');
  const what = t(`common.${direction}`);
  return (
    <button
      type="button"
      className="tw-count-open"
      title={t('receipts.hint')}
      aria-label={t('receipts.open', { of, what, number: number(count) })}
      onClick={onOpen}
    >
      {number(count)}
    </button>
  );
}
