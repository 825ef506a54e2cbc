/**
 * Words for what a reason is about: a label, or a group such as `size:small` or `zone:hall:2`.
 */
import { useTranslation } from 'react-i18next';
import { useZones } from '../kit.ts';

const named = {
  size: ['small', 'medium', 'large'],
  light: ['bright', 'dusk', 'dark'],
  place: ['left', 'middle', 'right'],
} as const;

export function useReasonWords(): (of: string) => string {
  const { t } = useTranslation();
  const zones = useZones();
  return (of) => {
    const [by = '', name = ''] = of.split(':');
    if (by === 'zone') {
      const zone = zones.data?.find(({ id }) => id === name);
      return t('trust.group.zone', { name: zone?.name ?? name });
    }
    for (const kind of ['size', 'light', 'place'] as const) {
      const known = named[kind].find((each) => kind === by && each === name);
      // The names of a kind go with that kind only; TypeScript does not follow that through the loop.
      if (known !== undefined) return t(`trust.group.${kind}.${known}` as 'trust.group.size.small');
    }
    return t(`label.${of}`, of);
  };
}
