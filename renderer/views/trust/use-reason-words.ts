/**
 * Words for what a reason is about: a label, or a group such as `size:small` or `zone:hall:2`.
 */
import { useTranslation } from 'react-i18next';
import { useZones } from '../kit.ts';

const sizes = ['small', 'medium', 'large'] as const;
const lights = ['bright', 'dusk', 'dark'] as const;
const places = ['left', 'middle', 'right'] as const;

export function useReasonWords(): (of: string) => string {
  const { t } = useTranslation();
  const zones = useZones();
  return (of) => {
    const [by = '', name = ''] = of.split(':');
    const size = by === 'size' && sizes.find((each) => each === name);
    if (size) return t(`trust.group.size.${size}`);
    const light = by === 'light' && lights.find((each) => each === name);
    if (light) return t(`trust.group.light.${light}`);
    const place = by === 'place' && places.find((each) => each === name);
    if (place) return t(`trust.group.place.${place}`);
    if (by !== 'zone') return t(`label.${of}`, of);
    const zone = zones.data?.find(({ id }) => id === name);
    return t('trust.group.zone', { name: zone?.name ?? name });
  };
}
