/**
 * A made-up street for tests of the page: figures on straight ways that repeat, as boxes and as JPEGs.
 */
import sharp from 'sharp';
import type { Label } from '#contract/detection.ts';
import type { Box } from '#contract/geometry.ts';

export interface FakeFigure {
  readonly trackId: number;
  readonly label: Label;
  readonly box: Box;
}

export interface FakeScene {
  /** Who is where at a time, seconds. */
  figuresAt(seconds: number): FakeFigure[];
  /** The picture at a time; drawn once per frame of the loop and kept. */
  jpegAt(seconds: number): Promise<Uint8Array>;
  /** Whether a picture is being drawn, so that a live picture had better be left out. */
  isDrawing(): boolean;
}

const loopSeconds = 8;
const framesPerSecond = 8;
const size = { width: 640, height: 360 };

interface Walker {
  readonly label: Label;
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
  readonly phase: number;
  readonly height: number;
}

export function createFakeScene(seed: number, figures = 6): FakeScene {
  const random = createRandom(seed);
  const walkers = Array.from({ length: figures }, (_, index) => walker(index, random));
  const hue = Math.round(random() * 360);
  let drawing = 0;
  const frames = new Map<number, Promise<Uint8Array>>();

  function figuresAt(seconds: number): FakeFigure[] {
    return walkers.map((way, index) => {
      const turn = seconds / loopSeconds + way.phase;
      const share = turn - Math.floor(turn);
      const height = way.height;
      const width = way.label === 'vehicle' ? height * 1.1 : height * 0.22;
      return {
        trackId: Math.floor(turn) * figures + index,
        label: way.label,
        box: {
          x: way.from.x + (way.to.x - way.from.x) * share - width / 2,
          y: way.from.y + (way.to.y - way.from.y) * share - height,
          width,
          height,
        },
      };
    });
  }

  return {
    figuresAt,
    isDrawing: () => drawing > 0,
    jpegAt(seconds) {
      const frame = Math.floor(seconds * framesPerSecond) % (loopSeconds * framesPerSecond);
      const known = frames.get(frame);
      if (known !== undefined) return known;
      const svg = drawScene(figuresAt(frame / framesPerSecond), hue);
      const jpeg = sharp(Buffer.from(svg))
        .jpeg({ quality: 70 })
        .toBuffer()
        .then((buffer) => new Uint8Array(buffer))
        .finally(() => (drawing -= 1));
      drawing += 1;
      frames.set(frame, jpeg);
      return jpeg;
    },
  };
}

function walker(index: number, random: () => number): Walker {
  const isLeftward = index % 2 === 0;
  const depth = 0.5 + random() * 0.45;
  const height = 0.12 + (depth - 0.5) * 0.75;
  const drift = (random() - 0.5) * 0.2;
  return {
    label: index % 5 === 4 ? 'vehicle' : index % 7 === 3 ? 'bicycle' : 'person',
    from: { x: isLeftward ? 1.15 : -0.15, y: depth },
    to: { x: isLeftward ? -0.15 : 1.15, y: depth + drift },
    phase: random(),
    height,
  };
}

function drawScene(figures: readonly FakeFigure[], hue: number): string {
  const { width, height } = size;
  const windows = Array.from({ length: 18 }, (_, index) => {
    const x = 20 + (index % 9) * 70;
    const y = 20 + Math.floor(index / 9) * 55;
    return `<rect x="${x}" y="${y}" width="34" height="38" fill="hsl(${hue} 12% 30%)"/>`;
  });
  const bodies = figures.map(({ box, label, trackId }) => {
    const x = box.x * width;
    const y = box.y * height;
    const w = box.width * width;
    const h = box.height * height;
    const tint = (trackId * 67) % 360;
    if (label === 'vehicle') {
      return `<g><rect x="${x}" y="${y + h * 0.4}" width="${w}" height="${h * 0.45}" rx="6" fill="hsl(${tint} 35% 40%)"/>
        <path d="M${x + w * 0.15} ${y + h * 0.42} L${x + w * 0.3} ${y + h * 0.12} H${x + w * 0.75} L${x + w * 0.88} ${y + h * 0.42} Z" fill="hsl(${tint} 30% 52%)"/>
        <circle cx="${x + w * 0.2}" cy="${y + h * 0.85}" r="${h * 0.14}" fill="#1b1c1e"/><circle cx="${x + w * 0.8}" cy="${y + h * 0.85}" r="${h * 0.14}" fill="#1b1c1e"/></g>`;
    }
    return `<g><ellipse cx="${x + w / 2}" cy="${y + h}" rx="${w * 0.7}" ry="${h * 0.04}" fill="#0006"/>
      <circle cx="${x + w / 2}" cy="${y + h * 0.09}" r="${h * 0.085}" fill="hsl(25 35% 62%)"/>
      <rect x="${x}" y="${y + h * 0.18}" width="${w}" height="${h * 0.4}" rx="${w * 0.3}" fill="hsl(${tint} 40% 45%)"/>
      <rect x="${x + w * 0.12}" y="${y + h * 0.52}" width="${w * 0.32}" height="${h * 0.48}" rx="3" fill="#2c3340"/>
      <rect x="${x + w * 0.56}" y="${y + h * 0.52}" width="${w * 0.32}" height="${h * 0.48}" rx="3" fill="#343d4d"/></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue} 8% 52%)"/><stop offset="1" stop-color="hsl(${hue} 10% 36%)"/></linearGradient></defs>
    <rect width="${width}" height="${height}" fill="url(#g)"/>
    <rect width="${width}" height="140" fill="hsl(${hue} 14% 40%)"/>${windows.join('')}
    <rect y="138" width="${width}" height="6" fill="hsl(${hue} 10% 62%)"/>
    <path d="M0 200 L${width} 176" stroke="#fff3" stroke-width="3" stroke-dasharray="26 22"/>
    ${bodies.join('')}</svg>`;
}

/** Numbers 0…1 that are the same for the same seed: a linear congruential generator is random enough for a street. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
