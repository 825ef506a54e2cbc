/**
 * The state of a camera as a word with a light; its colour is never the only sign.
 */
import { useTranslation } from 'react-i18next';
import { toneOf, type TileStatus } from '../lib/tile-status.ts';

export function StateChip({ kind }: { readonly kind: TileStatus['kind'] }) {
  const { t } = useTranslation();
  return (
    <span className="tw-chip" data-tone={toneOf(kind)} data-kind={kind}>
      <i aria-hidden />
      {t(`state.${kind}`)}
    </span>
  );
}
