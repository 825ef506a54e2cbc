/**
 * Sends random requests, made from the description of the API, to a real station and looks for answers that would be a
 * bug of ours: `npm run -s fuzz:api -- --requests 50000 --seed 1`.
 *
 * A 5xx is a bug unless its code says what the world did: a camera that cannot be reached (CAM_…), a full disk (RES_…),
 * a download that does not come. SYS_001, INF_… and whatever has no code are bugs.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openApi } from '#server/openapi.ts';
import { readArguments, randomOf, type Operation, requestFor } from '#test/api-fuzzer.ts';
import { cleanUp, startStation } from '#test/station-process.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '8' },
  },
});
const { requests, seed, parallel } = readArguments(values);
const station = await startStation({ flags: ['--log-level', 'error'] });
const key = readFileSync(path.join(station.dataFolder, 'local.key'), 'utf8').trim();
const random = randomOf(seed);
const operations: Operation[] = Object.entries(
  openApi()['paths'] as Record<string, Record<string, Operation>>,
).flatMap(([route, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...operation, route, method })),
);

const statuses = new Map<string, number>();
const bugs: string[] = [];
let sent = 0;

async function sendOne(): Promise<void> {
  const operation = operations[sent % operations.length];
  if (operation === undefined) throw new Error('the API has no operations');
  sent += 1;
  const { url, init } = requestFor(operation, random);
  const controller = new AbortController();
  const response = await fetch(`${station.url}/api/v1${url}`, {
    ...init,
    headers: {
      ...(init.headers as Record<string, string> | undefined),
      authorization: `Bearer ${key}`,
    },
    signal: controller.signal,
  });
  const isStream = /event-stream|mixed-replace/.test(response.headers.get('content-type') ?? '');
  const text = isStream ? '' : await response.text();
  controller.abort();
  const code = /"code":"([A-Z]+_\d+)"/.exec(text.startsWith('{"error"') ? text : '')?.[1] ?? '';
  const name = `${String(response.status)} ${code}`.trim();
  statuses.set(name, (statuses.get(name) ?? 0) + 1);
  const isOfTheWorld = /^(CAM|RES)_/.test(code);
  if (response.status >= 500 && !isOfTheWorld) {
    bugs.push(`${operation.method} ${url} ${init.body ?? ''} → ${name} ${text.slice(0, 200)}`);
  }
}

async function sendMany(): Promise<void> {
  while (sent < requests) {
    await sendOne();
    if (sent % 500 === 0)
      process.stderr.write(`\r${String(sent)} requests, ${String(bugs.length)} bugs`);
  }
}

try {
  await Promise.all(Array.from({ length: parallel }, () => sendMany()));
  const alive = await fetch(`${station.url}/healthz`);
  console.log(
    JSON.stringify({
      ...{ requests: sent, seed, operations: operations.length, isAlive: alive.ok },
      answers: Object.fromEntries([...statuses].sort()),
      bugs: bugs.slice(0, 50),
    }),
  );
  process.exitCode = bugs.length === 0 && alive.ok ? 0 : 1;
} finally {
  await station.stop();
  cleanUp();
}
