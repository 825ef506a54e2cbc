/**
 * What a picture was like at one look: how bright, how sharp, and how far it had moved since the look before.
 */

export interface PictureLook {
  /** Mean of the green plane, 0…1 */
  readonly brightness: number;
  /** Mean difference between neighbours, levels of 255: less when the lens is dirty or out of focus */
  readonly sharpness: number;
  /** How far the picture moved since the look before, px of the analysed picture; null when there was none */
  readonly shakePx: number | null;
}

/** The mean of some looks; null of none. */
export function meanLook(looks: readonly PictureLook[]): PictureLook | null {
  const shakes = looks.flatMap(({ shakePx }) => shakePx ?? []);
  const brightness = mean(looks.map((look) => look.brightness));
  const sharpness = mean(looks.map((look) => look.sharpness));
  if (brightness === null || sharpness === null) return null;
  return { brightness, sharpness, shakePx: mean(shakes) };
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
