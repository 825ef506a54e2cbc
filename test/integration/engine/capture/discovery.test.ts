/**
 * Cameras on the network are found and asked by ONVIF, from a responder that speaks it over real sockets.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { readOnvifStreams } from '#engine/capture/discovery/onvif-streams.ts';
import { scanNetwork } from '#engine/capture/discovery/scan-network.ts';
import { type OnvifCamera, type OnvifCameraOptions, startOnvifCamera } from '#test/onvif-camera.ts';
import { freePort } from '#test/rtsp-server.ts';

const login = { user: 'joe', password: 'two words & more' };
const streams = [
  {
    token: 'main',
    uri: 'rtsp://10.0.0.9:554/1',
    codec: 'H265',
    width: 2560,
    height: 1440,
    fps: 25,
  },
  { token: 'sub', uri: 'rtsp://10.0.0.9:554/2', codec: 'H264', width: 704, height: 576, fps: 12 },
];
let cameras: OnvifCamera[] = [];

afterEach(async () => {
  await Promise.all(cameras.map((camera) => camera.close()));
  cameras = [];
});

async function start(options: Partial<OnvifCameraOptions> = {}): Promise<OnvifCamera> {
  const camera = await startOnvifCamera({ streams, ...options });
  cameras.push(camera);
  return camera;
}

const never = new AbortController().signal;
/** Those of this test: there may be real ones on the network, too. */
const scan = async () => {
  const own = cameras.map(({ address }) => address);
  const found = await scanNetwork({ seconds: 1, signal: never });
  return found.filter(({ address }) => own.includes(address));
};
const streamsOf = (address: string, given = login) =>
  readOnvifStreams({ address, ...given }, never);
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'ok',
    (error: unknown) => (error instanceof StationError ? error.code : String(error)),
  );

describe('the network', () => {
  it('names each camera that answers, by the address that can be reached', async () => {
    const gate = await start({ name: 'North%20gate' });
    const yard = await start({ name: 'Yard_2' });
    const found = (await scan()).map(({ address, name, hardware }) => [address, name, hardware]);
    expect(found.sort()).toEqual(
      [
        [gate.address, 'North gate', 'Gate 7'],
        [yard.address, 'Yard 2', 'Gate 7'],
      ].sort(),
    );
  });

  it.each([
    ['a page', '<html></html>'],
    ['no XML', 'hello'],
    ['a match without an address', '<s:Envelope><s:Body><ProbeMatches/></s:Body></s:Envelope>'],
    [
      'a broken address',
      '<Envelope><Body><ProbeMatches><ProbeMatch><EndpointReference><Address>1</Address></EndpointReference><XAddrs>http://[</XAddrs></ProbeMatch></ProbeMatches></Body></Envelope>',
    ],
  ])('hears the others when one answers with %s', async (...[, discovery]) => {
    await start({ discovery });
    const gate = await start();
    const found = (await scan()).map(({ address }) => address);
    expect(found).toEqual([gate.address]);
  });

  it('stops searching when the person does', async () => {
    const abort = new AbortController();
    const asked = scanNetwork({ seconds: 15, signal: abort.signal });
    abort.abort();
    expect(await codeOf(asked)).toBe('REQ_004');
  });
});

describe('the streams of a camera', () => {
  it('come with their addresses, and the smallest that is large enough is marked', async () => {
    const { address } = await start({ login });
    expect(await streamsOf(address)).toEqual({
      name: 'Acme Gate 7',
      streams: [
        {
          ...{ name: 'main stream', codec: 'H265', fps: 25, isBest: false },
          picture: { width: 2560, height: 1440 },
          source: 'rtsp://joe:two%20words%20%26%20more@10.0.0.9:554/1',
        },
        {
          ...{ name: 'sub stream', codec: 'H264', fps: 12, isBest: true },
          picture: { width: 704, height: 576 },
          source: 'rtsp://joe:two%20words%20%26%20more@10.0.0.9:554/2',
        },
      ],
    });
  });

  it('are asked of a host alone, without a password where none is needed', async () => {
    const { address } = await start();
    const { streams: found } = await streamsOf(new URL(address).host, { user: '', password: '' });
    expect(found.map(({ source }) => source)).toEqual(streams.map(({ uri }) => uri));
  });

  it.each([
    ['the password is wrong', { login }, { ...login, password: 'guess' }, 'CAM_002'],
    ['a password is missing', { login }, { user: '', password: '' }, 'CAM_002'],
    ['it has no picture', { manner: 'empty' }, login, 'CAM_007'],
    ['it is a printer', { manner: 'garbage' }, login, 'CAM_007'],
    ['its streams have no address', { streams: [{ ...streams[0]!, uri: '' }] }, login, 'CAM_007'],
    ['it never answers', { manner: 'silent' }, login, 'CAM_001'],
  ] as const)('are refused with a code when %s', async (_, options, given, code) => {
    const { address } = await start(options);
    expect(await codeOf(streamsOf(address, given))).toBe(code);
  });

  it('are refused with a code when nothing is there, or the address is none', async () => {
    expect(await codeOf(streamsOf(`127.0.0.1:${String(await freePort())}`))).toBe('CAM_001');
    expect(await codeOf(streamsOf('not an address'))).toBe('CAM_004');
  });
});
