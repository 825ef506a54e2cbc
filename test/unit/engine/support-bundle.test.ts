import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { extract } from 'tar-stream';
import { Readable } from 'node:stream';
import { createSieve, packBundle } from '#engine/support-bundle.ts';

const source = 'rtsp://admin:hush%20me@10.0.0.9/live?token=s3cret';
const picture = Buffer.alloc(300, 7).toString('base64');
const key = `tw_reports_${'k'.repeat(43)}`;

const text = [
  `{"source":"${source}","message":"open rtsp://bob:pw9@10.0.0.8/ failed"}`,
  `{"password":"open sesame","apiKey": "abc","routingKey":"R0","name":"Gate"}`,
  `Authorization: Bearer ${key}`,
  `a key ${key} in a sentence, and hush me alone, and s3cret`,
  `{"stillJpeg":"${picture}"} and bare ${picture}`,
  '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
  'digest fd7655aaa9f4a050bbe22ff105d040acc982ca2f4d40942627d2a982c2e2a106',
].join('\n');

it('lets nothing secret and no picture through, and what helps through', async () => {
  const sieve = createSieve([source]);
  const { content, files } = await packBundle([{ name: 'log.txt', text }], { sieve, at: 0 });
  const unpacked = await read(gunzipSync(content));
  const clean = unpacked.get('log.txt') ?? '';
  for (const secret of [
    ...['hush', 's3cret', 'pw9', 'open sesame', '"abc"', '"R0"', 'kkkk', 'BwcHBwcH', 'MIIE'],
  ]) {
    expect(clean).not.toContain(secret);
  }
  for (const helpful of ['10.0.0.9', '10.0.0.8', '"Gate"', 'digest fd7655aaa9f4a050', 'failed']) {
    expect(clean).toContain(helpful);
  }
  expect(files).toEqual([{ name: 'log.txt', bytes: Buffer.byteLength(clean) }]);
});

async function read(tar: Buffer): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const entry of Readable.from([tar]).pipe(extract())) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    found.set(entry.header.name, Buffer.concat(parts).toString());
  }
  return found;
}
