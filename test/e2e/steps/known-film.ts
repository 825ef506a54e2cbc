/**
 * Finds out which moment of a known film a player shows, by its pictures alone: as a person would who knows the film.
 */
import { execFileSync } from 'node:child_process';

/** Pictures are compared this small, in grey. */
export const small = { width: 48, height: 36 };
const pixels = small.width * small.height;

export interface KnownFilm {
  readonly pictures: readonly Uint8Array[];
  /** Pictures per second */
  readonly rate: number;
}

/** A picture that a player showed, with the seconds of its own time. */
export interface Shown {
  readonly at: number;
  readonly picture: Uint8Array;
}

export function readFilm(ffmpeg: string, file: string, rate: number): KnownFilm {
  const scale = `scale=${String(small.width)}:${String(small.height)}:flags=area`;
  const raw = execFileSync(
    ffmpeg,
    ['-v', 'error', '-i', file, '-vf', scale, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'],
    { maxBuffer: 1e9 },
  );
  const pictures = Array.from({ length: raw.length / pixels }, (_, at) =>
    raw.subarray(at * pixels, (at + 1) * pixels),
  );
  return { pictures, rate };
}

/**
 * Seconds of the player's time at which it shows each frame of the film, which is played in a loop: none, one or more.
 * @param seconds how long the player's film is
 */
export function momentsIn(
  film: KnownFilm,
  shown: readonly Shown[],
  seconds: number,
): (frame: number) => number[] {
  const loop = film.pictures.length / film.rate;
  const offsets = shown.map(({ at, picture }) => at - mostAlike(film, picture) / film.rate);
  const [first = 0] = offsets;
  // The film begins anew within the cut: offsets that differ by whole loops are one.
  const one = offsets.map((offset) => offset + loop * Math.round((first - offset) / loop));
  const offset = one.sort((a, b) => a - b)[one.length >> 1] ?? 0;
  return (frame) =>
    [-1, 0, 1, 2]
      .map((round) => frame / film.rate + offset + round * loop)
      .filter((at) => at >= 0 && at < seconds);
}

function mostAlike({ pictures }: KnownFilm, wanted: Uint8Array): number {
  let best = 0;
  let least = Infinity;
  pictures.forEach((picture, index) => {
    let off = 0;
    for (let at = 0; at < pixels && off < least; at += 1) {
      off += ((picture[at] ?? 0) - (wanted[at] ?? 0)) ** 2;
    }
    if (off >= least) return;
    least = off;
    best = index;
  });
  return best;
}
