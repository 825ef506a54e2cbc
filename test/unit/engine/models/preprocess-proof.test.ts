import { describe, expect, it } from 'vitest';
import { likelyVariants, provePreprocess } from '#engine/models/preprocess-proof.ts';
import type { ProofBox } from '#engine/models/preprocess-proof.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const card = {
  ...yoloxNanoCard,
  preprocess: { ...yoloxNanoCard.preprocess, colour: 'rgb' as const },
};
const box = (x: number, score: number): ProofBox => ({
  box: { x, y: 0.4, width: 0.2, height: 0.4 },
  score,
});
/** One picture with one box, and its mirror. */
const seen = (score: number) => (isMirrored: boolean) => [[box(isMirrored ? 0.7 : 0.1, score)]];

describe('proof of the preprocessing', () => {
  it('asks for the proposal and each likely mistake once', () => {
    expect(likelyVariants(card.preprocess).map(({ difference }) => difference)).toEqual([
      ...['', 'letterbox-centre', 'stretch', 'values 0…1', 'ImageNet mean'],
      ...['colours BGR', 'colours BGR, values 0…1', 'colours BGR, ImageNet mean'],
    ]);
  });

  it('turns the mean with the colours', () => {
    const paddle = {
      ...card.preprocess,
      scale: 1 / 255,
      mean: [0.485, 0.456, 0.406] as [number, number, number],
      std: [0.229, 0.224, 0.225] as [number, number, number],
    };
    const turned = likelyVariants(paddle).find(({ difference }) => difference === 'colours BGR');
    expect(turned?.preprocess).toMatchObject({ colour: 'bgr', mean: [0.406, 0.456, 0.485] });
  });

  it('finds that the colours are swapped', async () => {
    const { variants, isDoubtful } = await provePreprocess({
      card,
      detect: ({ preprocess }, isMirrored) =>
        Promise.resolve(
          seen(preprocess.colour === 'bgr' && preprocess.scale === 1 ? 0.9 : 0.6)(isMirrored),
        ),
    });
    expect(isDoubtful).toBe(true);
    expect(variants[0]).toMatchObject({ difference: 'colours BGR', confirmedBoxes: 1 });
  });

  it('keeps the proposal where another variant is hardly better', async () => {
    const { isDoubtful } = await provePreprocess({
      card,
      detect: ({ preprocess }, isMirrored) =>
        Promise.resolve(seen(preprocess.colour === 'bgr' ? 0.62 : 0.6)(isMirrored)),
    });
    expect(isDoubtful).toBe(false);
  });

  it('does not believe a network that is sure of everything and confirms nothing', async () => {
    const { variants } = await provePreprocess({
      card,
      detect: ({ preprocess }, isMirrored) =>
        Promise.resolve(
          preprocess.colour === 'bgr'
            ? [Array.from({ length: 40 }, () => box(0.05, 1))]
            : seen(0.6)(isMirrored),
        ),
    });
    expect(variants[0]?.difference).not.toContain('BGR');
  });
});
