import { describe, expect, it } from 'vitest';
import { decodePreview } from '#contract/preview.ts';
import { createPreviewHub, type PreviewWish } from '#engine/preview-hub.ts';

function hubWithLog() {
  const wishes: [string, PreviewWish | null][] = [];
  return { wishes, hub: createPreviewHub((cameraId, wish) => wishes.push([cameraId, wish])) };
}

const tile = (cameraId: string, width: number, fps: number, number = 0) => ({
  tile: number,
  cameraId,
  width,
  fps,
});

describe('preview hub', () => {
  it('asks a camera for the most that anybody wants, and for nothing when nobody looks', () => {
    const { hub, wishes } = hubWithLog();
    const small = hub.open({ tiles: [tile('gate', 320, 10)] }, () => undefined);
    const large = hub.open({ tiles: [tile('gate', 1280, 5)] }, () => undefined);
    large.close();
    small.close();
    expect(wishes).toEqual([
      ['gate', { width: 320, fps: 10 }],
      ['gate', { width: 1280, fps: 10 }],
      ['gate', { width: 320, fps: 10 }],
      ['gate', null],
    ]);
  });

  it('stops a camera whose tile has gone and starts the one that has come', () => {
    const { hub, wishes } = hubWithLog();
    const view = hub.open({ tiles: [tile('gate', 320, 10)] }, () => undefined);
    view.update({ tiles: [tile('yard', 320, 10)] });
    expect(wishes.slice(1)).toEqual([
      ['gate', null],
      ['yard', { width: 320, fps: 10 }],
    ]);
  });

  it('gives each view no more pictures than it asked for, with its own tile number', () => {
    const { hub } = hubWithLog();
    const seen: number[][] = [[], []];
    hub.open({ tiles: [tile('gate', 320, 10, 3)] }, (bytes) => {
      seen[0]!.push(decodePreview(bytes)!.tile);
    });
    hub.open({ tiles: [tile('gate', 320, 2, 7)] }, (bytes) => {
      seen[1]!.push(decodePreview(bytes)!.tile);
    });
    for (let frame = 0; frame < 20; frame++) {
      const jpeg = Uint8Array.of(1, 2, 3);
      hub.show('gate', { capturedAt: 1000 + frame * 100, width: 4, height: 3, jpeg });
    }
    expect(seen.map((tiles) => [tiles.length, new Set(tiles)])).toEqual([
      [20, new Set([3])],
      [4, new Set([7])],
    ]);
  });
});
