/**
 * Sends random requests, made from the description of the API, to a real station and looks for answers that would be a
 * bug of ours: `npm run -s fuzz:api -- --requests 50000 --seed 1`.
 *
 * A 5xx is a bug unless its code says what the world did: a camera, a receiver of notes or a central database that cannot be
 * reached (CAM_…, MSG_…, CEN_…), a full disk (RES_…). SYS_001, INF_… and whatever has no code are bugs.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openApi } from '#server/openapi.ts';
import { seededNumbers } from '#engine/base/random.ts';
import { readArguments, type Operation, requestFor } from '#test/api-fuzzer.ts';
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
const random = seededNumbers(seed);
const operations: Operation[] = Object.entries(
  openApi()['paths'] as Record<string, Record<string, Operation>>,
).flatMap(([route, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...operation, route, method })),
);

const statuses = new Map<string, number>();
const bugs: string[] = [];
const times = new Map<string, Record<'asked' | 'totalMs' | 'longestMs', number>>();
/** An operation that takes longer on average is asked in as many rounds fewer, so that none takes most of the time */
const usualMs = 100;
const rarest = 250;
const startedMs = performance.now();
/** Cameras that are left of those which were added */
const mostCameras = 2;
const keepSmallEvery = 100;
let sent = 0;
let turn = 0;

/** One after the other; those that take long, because they start processes or open cameras, not in every round. */
function nextOperation(): Operation {
  for (;;) {
    const operation = operations[turn % operations.length];
    if (operation === undefined) throw new Error('the API has no operations');
    const round = Math.floor(turn / operations.length);
    turn += 1;
    const known = times.get(nameOf(operation));
    const averageMs = known === undefined ? 0 : known.totalMs / known.asked;
    if (round % Math.min(rarest, Math.ceil(averageMs / usualMs) || 1) === 0) return operation;
  }
}

function nameOf({ method, route }: Operation): string {
  return `${method} ${route}`;
}

function noteBug(text: string): void {
  bugs.push(text);
  process.stderr.write(`BUG ${text}\n`);
}

async function sendOne(): Promise<void> {
  const operation = nextOperation();
  sent += 1;
  const { url, init } = requestFor(operation, random);
  const what = `${operation.method} ${url} ${bodyText(init.body)}`;
  const startedMs = performance.now();
  const controller = new AbortController();
  try {
    const response = await fetch(`${station.url}/api/v1${url}`, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${key}` },
      signal: controller.signal,
    });
    const isStream = /event-stream|mixed-replace/.test(response.headers.get('content-type') ?? '');
    const text = isStream ? '' : await response.text();
    judge(what, response.status, text);
  } catch (error) {
    // An answer that does not come is a bug as much as a wrong one.
    count('no answer');
    const { cause } = error as { cause?: unknown };
    noteBug(`${what} → ${String(error)} ${cause instanceof Error ? cause.message : ''}`);
    await mustBeAlive();
  } finally {
    controller.abort();
    noteTime(operation, performance.now() - startedMs);
  }
}

/** Nothing can be learned from a station that is gone but what it said last. */
async function mustBeAlive(): Promise<void> {
  const answer = await fetch(`${station.url}/healthz`).catch(() => null);
  if (answer !== null) return;
  throw new Error(
    `The station ended after ${String(sent)} requests:\n${station.output().slice(-8_000)}`,
  );
}

/** The beginning of a body, for the report. */
function bodyText(body: string | ArrayBuffer | undefined): string {
  return typeof body === 'string' ? body.slice(0, 300) : `${String(body?.byteLength ?? 0)} bytes`;
}

function judge(what: string, status: number, text: string): void {
  const code = /"code":"([A-Z]+_\d+)"/.exec(text.startsWith('{"error"') ? text : '')?.[1] ?? '';
  const name = `${String(status)} ${code}`.trim();
  count(name);
  const isOfTheWorld = /^(CAM|CEN|MSG|RES)_/.test(code);
  if (status >= 500 && !isOfTheWorld) noteBug(`${what} → ${name} ${text.slice(0, 200)}`);
}

function count(name: string): void {
  statuses.set(name, (statuses.get(name) ?? 0) + 1);
}

function noteTime(operation: Operation, spentMs: number): void {
  const name = nameOf(operation);
  const known = times.get(name) ?? { asked: 0, totalMs: 0, longestMs: 0 };
  times.set(name, {
    asked: known.asked + 1,
    totalMs: known.totalMs + spentMs,
    longestMs: Math.max(known.longestMs, spentMs),
  });
}

/** Cameras that random requests have added would be more than the machine can count, and the run would never end. */
async function keepSmall(): Promise<void> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${station.url}/api/v1/cameras`, { headers });
  const cameras = (await answer.json()) as { id: string }[];
  for (const { id } of cameras.slice(0, -mostCameras)) {
    await fetch(`${station.url}/api/v1/cameras/${id}`, { method: 'DELETE', headers });
  }
}

/** The station about itself, for its memory. */
async function info(): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}` };
  return (await fetch(`${station.url}/api/v1/station`, { headers })).json();
}

async function sendMany(): Promise<void> {
  while (sent < requests) {
    await sendOne();
    if (sent % keepSmallEvery === 0) await keepSmall();
    if (sent % 500 === 0) {
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
      process.stderr.write(`${String(sent)} requests, ${String(bugs.length)} bugs, ${seconds} s\n`);
    }
  }
}

try {
  await Promise.all(Array.from({ length: parallel }, () => sendMany()));
  const alive = await fetch(`${station.url}/healthz`);
  console.log(
    JSON.stringify({
      ...{ requests: sent, seed, operations: operations.length, isAlive: alive.ok },
      seconds: Math.round((performance.now() - startedMs) / 1_000),
      rssMb: Math.round(((await info()) as { rssBytes: number }).rssBytes / 1e6),
      answers: Object.fromEntries([...statuses].sort()),
      slowest: [...times]
        .sort(([, a], [, b]) => b.totalMs - a.totalMs)
        .slice(0, 8)
        .map(
          ([name, { asked, totalMs, longestMs }]) =>
            `${name}: ${String(asked)} times, ${(totalMs / 1_000).toFixed(1)} s, longest ${longestMs.toFixed(0)} ms`,
        ),
      bugs: bugs.slice(0, 50),
    }),
  );
  process.exitCode = bugs.length === 0 && alive.ok ? 0 : 1;
} finally {
  await station.stop();
  cleanUp();
}
