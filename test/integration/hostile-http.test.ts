/**
 * Requests that no honest program sends, against a real station: each is refused with its code, the memory stays where it
 * was and the live camera goes on counting.
 */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StationError } from '#contract/error.ts';
import { cleanUp, startStation, type StationProcess, until } from '#test/station-process.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
let station: StationProcess;
let host: string;
let port: number;

beforeAll(async () => {
  station = await startStation();
  ({ hostname: host } = new URL(station.url));
  port = Number(new URL(station.url).port);
  await station.call('camera.add', { name: 'Plaza', source: 'simulated://plaza?seed=7', fps: 1 });
  await until(secondsSeen, (seconds) => seconds > 0, 300_000);
});
afterAll(cleanUp);

/** Time in which the live camera was looked at, seconds: it grows with every frame. */
async function secondsSeen(): Promise<number> {
  const [coverage] = await letIn(() => station.call('coverage.query', { from: 0, to: Date.now() }));
  return coverage?.observedSeconds ?? 0;
}

async function rssMb(): Promise<number> {
  return (await letIn(() => station.call('station.info', {}))).rssBytes / 1e6;
}

/** An address that has spent its share is let in again a second later. */
async function letIn<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 60; ; tries -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 0 || StationError.from(error, 'SYS_001').code !== 'ACC_004') throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** Sends bytes as they are; resolves to everything that comes back until the station closes the connection. */
function raw(parts: readonly string[], pauseMs = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    let answer = '';
    socket.setTimeout(120_000, () => reject(new Error(`still open after: ${answer}`)));
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
    void (async () => {
      for (const part of parts) {
        if (socket.destroyed) return;
        socket.write(part);
        await new Promise((next) => setTimeout(next, pauseMs));
      }
    })();
  });
}

/** Status and code of the first answer, and how many answers came. */
function outcome(answer: string): string {
  const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none';
  const code = /"code":"([A-Z]+_\d+)"/.exec(answer)?.[1] ?? 'none';
  return `${status} ${code}`;
}

const answers = (text: string): number => text.split('HTTP/1.1 ').length - 1;
const head = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

describe('a request in two minds about where it ends', () => {
  const smuggled = 'GET /api/v1/cameras HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
  const post = (more: readonly string[], body: string): string =>
    head([
      'POST /api/v1/call/camera.list HTTP/1.1',
      `Host: ${host}:${String(port)}`,
      'Content-Type: application/json',
      ...more,
    ]) + body;

  it.each([
    ['with a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['with two lengths', ['Content-Length: 2', 'Content-Length: 40'], '{}'],
    ['with chunks of an unknown kind', ['Transfer-Encoding: chunked, xchunked'], '0\r\n\r\n'],
    ['with a space before the colon', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
    ['with a length that is none', ['Content-Length: +2'], '{}'],
    ['with a folded header', ['X-A: b\r\n c: d', 'Content-Length: -1'], '{}'],
    ['with a chunk size that is none', ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
  ])('%s is refused, and what comes behind it is not answered', async (_, lines, body) => {
    const answer = await raw([post(lines, body) + smuggled]);
    expect([outcome(answer), answers(answer)]).toEqual(['400 REQ_001', 1]);
  });

  it.each([
    ['no request at all', '\x16\x03\x01\x02\x00hello\r\n\r\n', '400 REQ_001'],
    ['headers of 64 kB', head(['GET / HTTP/1.1', `X-A: ${'a'.repeat(65_536)}`]), '413 REQ_005'],
    [
      'a host that is not its own',
      head(['GET /api/v1/cameras HTTP/1.1', 'Host: evil.example', 'Connection: close']),
      '403 ACC_002',
    ],
    ['no host', head(['GET /api/v1/cameras HTTP/1.1', 'Connection: close']), '400 none'],
  ])('%s is refused', async (_, text, expected) => {
    expect(outcome(await raw([text]))).toBe(expected);
  });
});

describe('a path that leaves its place', () => {
  const paths = [
    '/../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/%2e%2e/etc/passwd.txt',
    '/assets/..%5c..%5cstation.db',
    '/api/v1/../../station.db',
    '/api/v1/cameras/..%2f..%2fstation.db',
    '/api/v1/recordings/clips/..%2f..%2f..%2fetc%2fpasswd',
    '/local.key',
    '/%00.js',
    '/%c0%ae%c0%ae/etc/passwd.txt',
  ];

  it.each(paths)('%s gives nothing away', async (path) => {
    const { status, text } = await new Promise<{ status: number; text: string }>(
      (resolve, reject) => {
        // fetch would tidy the path up first.
        const asked = httpRequest({ host, port, path }, (response) => {
          let body = '';
          response.on('data', (bytes: Buffer) => (body += bytes.toString('latin1')));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: body }));
        });
        asked.on('error', reject);
        asked.end();
      },
    );
    expect(text).not.toMatch(/root:|SQLite format|^[\w-]{43}$/);
    // A path without an ending is a view of the page, which may not be built here.
    expect([200, 400, 404, 503]).toContain(status);
    if (status === 200) expect(text).toMatch(/^<!doctype html/i);
    if (status === 503) expect(text).toMatch(/not built/);
  });
});

describe('a key that is none', () => {
  it.each([
    ['forged', `tw_gate_${'A'.repeat(43)}`],
    ['cut', 'tw_gate_AAAA'],
    ['very long', 'x'.repeat(8_000)],
    ['of another kind', 'eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.'],
  ])('%s is refused', async (_, key) => {
    const answer = await fetch(`${station.url}/api/v1/cameras`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { error } = (await answer.json()) as { error: { code: string } };
    expect([answer.status, error.code]).toEqual([401, 'ACC_001']);
  });
});

describe('too much', () => {
  it('at once, in large bodies, is refused and leaves the memory where it was', async () => {
    const before = await rssMb();
    const body = `{"images":["${'A'.repeat(40_000_000)}"]}`;
    const codes = await Promise.all(
      Array.from({ length: 24 }, async () => {
        const answer = await fetch(`${station.url}/api/v1/models/champion/batch-inference`, {
          ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
        }).catch(() => null);
        if (answer === null) return 'closed';
        const { error } = (await answer.json()) as { error?: { code: string } };
        return `${String(answer.status)} ${error?.code ?? ''}`;
      }),
    );
    // One picture larger than 12 MB; or no room for it now; or the connection closed on whoever goes on sending.
    expect(new Set([...codes, '400 REQ_001', '429 RES_003', 'closed'])).toEqual(
      new Set(['400 REQ_001', '429 RES_003', 'closed']),
    );
    expect(codes.filter((code) => code === '400 REQ_001').length).toBeGreaterThan(0);
    const after = await until(rssMb, (mb) => mb < before + 400, 120_000);
    expect(after).toBeLessThan(before + 400);
  });

  it('in tiny requests is turned away with 429, while memory and live camera stay as they were', async () => {
    const [before, seen] = [await rssMb(), await secondsSeen()];
    const statuses = new Map<number, number>();
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (let index = 0; index < tinyRequests / 50; index += 1) {
          const answer = await fetch(`${station.url}/api/v1/none`);
          await answer.arrayBuffer();
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        }
      }),
    );
    expect([...statuses.keys()].sort()).toEqual([404, 429]);
    expect(await rssMb()).toBeLessThan(before + 150);
    await until(secondsSeen, (seconds) => seconds > seen, 120_000);
  });
});

/** A million at the rate at which one address is let in takes an hour; this many are enough to see memory that grows. */
const tinyRequests = 20_000;
