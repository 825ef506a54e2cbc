/**
 * The inference endpoints of a real station over HTTP: forms of answers, refusals, many callers at once.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BatchAnswer, InferenceAnswer, ServingStatus } from '#contract/inference.ts';
import { greyJpeg } from '#test/serving.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, startStation, type StationProcess, until } from '#test/station-process.ts';

const proto = path.resolve(import.meta.dirname, '../../resources/api/inference.proto');
vi.setConfig({ testTimeout: 300_000 });
let station: StationProcess;
let grey: string;

beforeAll(async () => {
  station = await startStation();
  grey = (await greyJpeg(640, 480)).toString('base64');
});
afterAll(cleanUp);

function post(route: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${station.url}/api/v1/models/${route}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    ...(signal ? { signal } : {}),
  });
}

async function refusal(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { code: string; path?: string } };
  return `${String(response.status)} ${error.code} ${error.path ?? ''}`.trim();
}

/** A PNG that says it is very large and holds nothing. */
function bomb(): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(60_000, 0);
  header.writeUInt32BE(60_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(10)),
    chunk('IEND', Buffer.alloc(0)),
  ]).toString('base64');
}

describe('inference over HTTP', () => {
  it('answers one picture as JSON, XML and protobuf', async () => {
    const json = await post('champion/inference', { image: grey, confidenceThreshold: 0.9 });
    const answer = InferenceAnswer.parse(await json.json());
    expect({ status: json.status, image: answer.image }).toEqual({
      status: 200,
      image: { width: 640, height: 480 },
    });
    const xml = await post('champion/inference', { image: grey, outputFormat: 'xml' });
    expect(xml.headers.get('content-type')).toContain('application/xml');
    expect(await xml.text()).toContain(`<modelId>${answer.modelId}</modelId>`);
    const options = { outputFormat: 'protobuf' };
    const bytes = await post('champion/inference', { image: grey, options });
    const type = protobuf
      .parse(readFileSync(proto, 'utf8'))
      .root.lookupType('tallywatch.InferenceAnswer');
    const decoded = type.toObject(type.decode(new Uint8Array(await bytes.arrayBuffer())));
    expect(decoded).toMatchObject({ modelId: answer.modelId, image: answer.image });
  });

  it('takes a picture as it is and in a form, with options in the address and beside it', async () => {
    const bytes = new Uint8Array(Buffer.from(grey, 'base64'));
    const route = `${station.url}/api/v1/models/champion/inference`;
    const raw = await fetch(`${route}?maxDetections=5&outputFormat=xml`, {
      ...{ method: 'POST', body: bytes, headers: { 'content-type': 'image/jpeg' } },
    });
    expect([raw.status, raw.headers.get('content-type')]).toEqual([
      ...[200, 'application/xml; charset=utf-8'],
    ]);
    const form = new FormData();
    form.append('image', new Blob([bytes]), 'grey.jpg');
    form.append('confidenceThreshold', '0.5');
    const answer = await fetch(route, { method: 'POST', body: form });
    expect(InferenceAnswer.parse(await answer.json()).image).toEqual({ width: 640, height: 480 });
    const wrong = await fetch(route, {
      ...{ method: 'POST', body: 'GIF89a', headers: { 'content-type': 'image/jpeg' } },
    });
    expect(await refusal(wrong)).toBe('400 INF_003 image');
  });

  it('answers a batch that is sent again under its key with the same answer', async () => {
    const ask = (key: string, images: string[]): Promise<Response> =>
      fetch(`${station.url}/api/v1/models/champion/batch-inference`, {
        method: 'POST',
        body: JSON.stringify({ images }),
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
      });
    const [first, again, other] = [
      await ask('night-1', [grey, grey]),
      await ask('night-1', [grey, grey]),
      await ask('night-2', [grey, grey]),
    ];
    const answer = BatchAnswer.parse(await first.json());
    expect(BatchAnswer.parse(await again.json())).toEqual(answer);
    expect(BatchAnswer.parse(await other.json()).batchId).not.toBe(answer.batchId);
    expect(await refusal(await ask('night-1', [grey]))).toBe('409 REQ_003 idempotencyKey');
    expect(await refusal(await ask('k'.repeat(201), [grey]))).toBe('400 REQ_001 idempotencyKey');
  });

  it('answers a batch picture by picture, and says which one is none', async () => {
    const response = await post('champion/batch-inference', {
      images: [grey, 'no picture', grey, bomb()],
      batchSize: 2,
    });
    const answer = BatchAnswer.parse(await response.json());
    expect(answer.results.map(({ index, error }) => [index, error?.code ?? 'answered'])).toEqual([
      [0, 'answered'],
      [1, 'INF_003'],
      [2, 'answered'],
      [3, 'INF_003'],
    ]);
  });

  it('tells state and figures', async () => {
    const status = await fetch(`${station.url}/api/v1/models/champion/status`);
    const parsed = ServingStatus.parse(await status.json());
    expect(parsed).toMatchObject({ status: 'ready', reason: null });
    const route = `${station.url}/api/v1/models/champion/metrics`;
    const metrics = await fetch(`${route}?timeRange=10m&metrics=requests,latencyP95`);
    const { samples } = (await metrics.json()) as { samples: { values: object }[] };
    expect(Object.keys(samples.at(-1)?.values ?? {})).toEqual(['requests', 'latencyP95']);
    const scraped = await (await fetch(`${station.url}/metrics`)).text();
    expect(scraped).toContain(`tallywatch_model_state{model="${parsed.modelId}",state="ready"} 1`);
  });

  it.each([
    ['of an unknown model', 'unknown/inference', () => ({ image: grey }), '404 MODEL_001 modelId'],
    ['without a picture', 'champion/inference', () => ({}), '400 REQ_001 image'],
    ['with broken base64', 'champion/inference', () => ({ image: '%%%' }), '400 INF_003 image'],
    ['with a text file', 'champion/inference', () => ({ image: 'aGVsbG8=' }), '400 INF_003 image'],
    ['with a bomb', 'champion/inference', () => ({ image: bomb() }), '400 INF_003'],
    [
      'with a threshold out of range',
      'champion/inference',
      () => ({ image: grey, confidenceThreshold: 1.5 }),
      '400 REQ_001 confidenceThreshold',
    ],
    [
      'with an unknown form',
      'champion/inference',
      () => ({ image: grey, options: { outputFormat: 'yaml' } }),
      '400 REQ_001 options.outputFormat',
    ],
    ['of no pictures', 'champion/batch-inference', () => ({ images: [] }), '400 REQ_001 images'],
    [
      'with a body of 50 MB',
      'champion/inference',
      () => ({ image: 'A'.repeat(50_000_000) }),
      '413 REQ_005',
    ],
  ])('refuses a request %s', async (_, route, body, expected) => {
    expect(await refusal(await post(route, body()))).toBe(expected);
  });

  it('loses none of 100 concurrent requests: each is answered or refused with 429', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await post('champion/inference', { image: grey });
        const body = (await response.json()) as object;
        return response.status === 200 ? InferenceAnswer.parse(body).inferenceId : response.status;
      }),
    );
    const ids = answers.filter((answer) => typeof answer === 'string');
    const others = answers.filter((answer) => typeof answer !== 'string');
    expect(new Set(others)).toEqual(new Set(others.length > 0 ? [429] : []));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
  });

  it('forgets what a caller who went away was waiting for', async () => {
    const caller = new AbortController();
    // Each another picture, for an answer that is known is not waited for.
    const images = await Promise.all(
      Array.from({ length: 300 }, async (_, index) =>
        (await greyJpeg(640, 180 + index)).toString('base64'),
      ),
    );
    const asked = post('champion/batch-inference', { images }, caller.signal);
    const status = () => station.call('inference.status', { modelId: 'champion' });
    await until(status, ({ queued }) => queued > 100, 200_000);
    caller.abort();
    await expect(asked).rejects.toThrow();
    const after = await until(status, ({ queued }) => queued === 0, 200_000);
    expect(after.status).toBe('ready');
  });
});

describe.skipIf(!hasShared)(`a real detector over HTTP (${sharedMissing})`, () => {
  it('finds the people of a picture, fewer with a higher threshold', async () => {
    const { card } = await station.call('model.import', {
      path: sharedPath('models/yolox_nano.onnx')!,
    });
    const file = sharedPath('images/coco_val2017_128/000000000139.jpg')!;
    const image = readFileSync(file).toString('base64');
    const ask = async (confidenceThreshold: number) => {
      const response = await post(`${card.name}/inference`, { image, confidenceThreshold });
      return InferenceAnswer.parse(await response.json()).results.detections;
    };
    const [many, few] = [await ask(0.2), await ask(0.65)];
    expect(few.map((detection) => detection.class)).toContain('person');
    expect(many.length).toBeGreaterThan(few.length);
    expect(few.every(({ confidence }) => confidence >= 0.65)).toBe(true);
    const one = await post(`${card.name}/inference`, { image, maxDetections: 1 });
    expect(InferenceAnswer.parse(await one.json()).results.detections).toHaveLength(1);
  });
});
