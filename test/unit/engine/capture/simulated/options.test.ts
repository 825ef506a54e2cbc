import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { isSimulated, parseSimulatedUrl } from '#engine/capture/simulated/options.ts';

function refusal(address: string): { code: string; path: string | undefined; message: string } {
  try {
    parseSimulatedUrl(address, 10);
  } catch (error) {
    if (error instanceof StationError) {
      return { code: error.code, path: error.path, message: error.message };
    }
    throw error;
  }
  throw new Error(`${address} was accepted`);
}

describe('address of a simulated camera', () => {
  it('needs no more than a scene', () => {
    expect(parseSimulatedUrl('simulated://plaza', 12)).toEqual({
      scene: {
        scene: 'plaza',
        people: 12,
        vehicles: 0,
        seed: 1,
        fps: 12,
        width: 640,
        height: 360,
        hour: 11,
        pace: 1,
        isRaining: false,
        noise: 1,
      },
      seconds: null,
      fault: null,
    });
  });

  it('takes every option', () => {
    const address =
      ' simulated://road?people=2&vehicles=9&seed=4000000000&fps=25&width=320&height=180&night=1&pace=60' +
      '&rain=1&noise=0.5&seconds=30&fault=freeze&at=5&for=2.5';
    expect(parseSimulatedUrl(address, 10)).toEqual({
      scene: {
        scene: 'road',
        people: 2,
        vehicles: 9,
        seed: 4_000_000_000,
        fps: 25,
        width: 320,
        height: 180,
        hour: 23,
        pace: 60,
        isRaining: true,
        noise: 0.5,
      },
      seconds: 30,
      fault: { kind: 'freeze', atSeconds: 5, forSeconds: 2.5 },
    });
  });

  it.each([
    ['simulated://beach', 'source.scene', 'plaza or road'],
    ['simulated://', 'source.scene', 'plaza or road'],
    ['simulated://plaza/left', 'source.scene', 'plaza or road'],
    ['simulated://plaza?peple=3', 'source.peple', 'people, vehicles, seed'],
    ['simulated://plaza?people=many', 'source.people', 'a number from 0 to 60'],
    ['simulated://plaza?people=', 'source.people', 'a number from 0 to 60'],
    ['simulated://plaza?people=61', 'source.people', 'a number from 0 to 60'],
    ['simulated://plaza?people=2.5', 'source.people', 'a whole number'],
    ['simulated://plaza?seed=-1', 'source.seed', 'a number from 0'],
    ['simulated://plaza?fps=0', 'source.fps', 'a number from 1 to 30'],
    ['simulated://plaza?width=641', 'source.width', 'an even number'],
    ['simulated://plaza?night=yes', 'source.night', 'is 0 or 1'],
    ['simulated://plaza?fault=explode', 'source.fault', 'freeze'],
    ['simulated://plaza?at=3', 'source.fault', 'need a fault'],
    ['simulated plaza', 'source', 'simulated://plaza'],
  ])('refuses %s at %s', (address, path, said) => {
    const error = refusal(address);
    expect({ code: error.code, path: error.path }).toEqual({ code: 'CAM_004', path });
    expect(error.message).toContain(said);
  });

  it('is known by its scheme', () => {
    expect(['simulated://plaza', 'SIMULATED://x', 'rtsp://simulated'].map(isSimulated)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
