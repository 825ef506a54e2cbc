import { readFileSync } from 'node:fs';
import path from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { BatchAnswer, InferenceAnswer } from '#contract/inference.ts';
import { createAnswerFormatter } from '#server/answer-format.ts';

const apiFolder = path.resolve(import.meta.dirname, '../../../resources/api');
const { root } = protobuf.parse(readFileSync(path.join(apiFolder, 'inference.proto'), 'utf8'));
const formatter = createAnswerFormatter(apiFolder);

const detection = {
  class: 'tv & <radio>',
  confidence: 0.5,
  bbox: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 },
};
const answer = InferenceAnswer.parse({
  modelId: 'm@1.0.0',
  inferenceId: 'i',
  image: { width: 640, height: 480 },
  results: { detections: [detection], processingTime: 12.5, timestamp: '2026-01-01T00:00:00.000Z' },
});
const batch = BatchAnswer.parse({
  modelId: 'm@1.0.0',
  batchId: 'b',
  results: [
    {
      index: 0,
      image: { width: 8, height: 8 },
      detections: [detection],
      processingTime: 1,
      error: null,
    },
    {
      index: 1,
      image: null,
      detections: [],
      processingTime: 1,
      error: { code: 'INF_003', message: 'no picture' },
    },
  ],
  totalProcessingTime: 2,
  timestamp: '2026-01-01T00:00:00.000Z',
});

/** What a client reads from the bytes, with the shipped schema. */
function decode(message: string, body: unknown): Record<string, unknown> {
  const type = root.lookupType(message);
  return type.toObject(type.decode(body as Uint8Array), { arrays: true });
}

describe('form of an answer', () => {
  it.each([
    ['nothing asked for', {}],
    ['JSON asked for', { outputFormat: 'json' }],
  ])('is JSON with %s', (_, input) => {
    expect(formatter.format('inference.run', input, answer)).toBeNull();
  });

  it('is JSON for every other procedure', () => {
    expect(formatter.format('camera.list', { outputFormat: 'xml' }, [])).toBeNull();
  });

  it('is XML with what XML cannot hold escaped', () => {
    const formatted = formatter.format('inference.run', { outputFormat: 'xml' }, answer);
    expect(formatted?.contentType).toContain('application/xml');
    expect(formatted?.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<inferenceAnswer><modelId>m@1.0.0</modelId><inferenceId>i</inferenceId>' +
        '<image><width>640</width><height>480</height></image><results><detections><detection>' +
        '<class>tv &amp; &lt;radio&gt;</class><confidence>0.5</confidence>' +
        '<bbox><x>0.1</x><y>0.2</y><width>0.3</width><height>0.4</height></bbox></detection></detections>' +
        '<processingTime>12.5</processingTime><timestamp>2026-01-01T00:00:00.000Z</timestamp></results></inferenceAnswer>\n',
    );
  });

  it('is protobuf that the shipped schema reads back whole', () => {
    const options = { options: { outputFormat: 'protobuf' } };
    const one = formatter.format('inference.run', options, answer);
    const many = formatter.format('inference.batch', options, batch);
    expect(decode('tallywatch.InferenceAnswer', one?.body)).toEqual(answer);
    const [first, second] = batch.results;
    expect(decode('tallywatch.BatchAnswer', many?.body)).toEqual({
      ...batch,
      // Protobuf leaves out what is zero.
      results: [without(first!, ['error', 'index']), without(second!, ['image'])],
    });
  });
});

function without(value: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !keys.includes(name)));
}
