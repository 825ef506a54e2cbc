import { expect, it } from 'vitest';
import { createPictureWatch, fingerprint } from '#engine/capture/picture-watch.ts';

it('has the same fingerprint for the same picture only', () => {
  const picture = new Uint8Array(416 * 234 * 3).fill(90);
  const same = fingerprint(picture.slice());
  expect(fingerprint(picture)).toBe(same);
  // Noise of a sensor, or a person as small as 8 × 8 px.
  for (let row = 100; row < 108; row++) picture.fill(91, row * 416 + 200, row * 416 + 208);
  expect(fingerprint(picture)).not.toBe(same);
});

it('needs the time and three frames', () => {
  const watch = createPictureWatch(10_000);
  expect(watch.see(1, 0)).toBeNull();
  expect(watch.see(1, 20_000)).toBeNull();
  expect(watch.see(1, 20_100)).toBe(0);
  expect(watch.see(2, 20_200)).toBeNull();
  expect(watch.see(1, 20_300)).toBeNull();
});
