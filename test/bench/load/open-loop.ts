/**
 * Requests that are sent when their time has come, whether the ones before were answered or not, and clients that ask
 * again as soon as they are answered.
 */
import { Agent, request } from 'node:http';

/** How one request ended. `totalMs` counts from when it was due, so that a late sender hides nothing. */
export interface Answered {
  readonly status: number | 'lost';
  readonly totalMs: number;
  readonly retryAfterS: number;
}

export interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Picture of the request with this number, a JPEG file */
  readonly body: (number: number) => Buffer;
}

const answerLimitMs = 30_000;
/** Clients that are refused come again after what the station says, and not all at once. */
const spreadMs = 200;

/** Sends `perSecond` requests for `seconds`, evenly spaced, and waits for all answers. */
export async function sendOpenLoop(
  target: Target,
  plan: { readonly perSecond: number; readonly seconds: number },
): Promise<Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const count = Math.round(plan.perSecond * plan.seconds);
  const startMs = performance.now();
  const answers: Promise<Answered>[] = [];
  for (let number = 0; number < count; number++) {
    const dueMs = startMs + (number * 1000) / plan.perSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await pause(waitMs);
    answers.push(ask(target, { agent, number, dueMs }));
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all;
}

/** `clients` ask at the same time, each again once it is answered, for `seconds`. */
export async function sendClosedLoop(
  target: Target,
  plan: { readonly clients: number; readonly seconds: number },
): Promise<Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.clients });
  const endMs = performance.now() + plan.seconds * 1000;
  const all: Answered[] = [];
  let number = 0;
  const client = async (which: number): Promise<void> => {
    while (performance.now() < endMs) {
      const answer = await ask(target, { agent, number: number++, dueMs: performance.now() });
      all.push(answer);
      if (answer.status === 429) {
        await pause(answer.retryAfterS * 1000 + (which / plan.clients) * spreadMs);
      }
    }
  };
  await Promise.all(Array.from({ length: plan.clients }, (_, which) => client(which)));
  agent.destroy();
  return all;
}

function ask(
  { url, headers, body }: Target,
  { agent, number, dueMs }: { agent: Agent; number: number; dueMs: number },
): Promise<Answered> {
  return new Promise((resolve) => {
    const done = (status: Answered['status'], retryAfterS = 0): void =>
      resolve({ status, totalMs: performance.now() - dueMs, retryAfterS });
    const picture = body(number);
    const sent = request(
      url,
      {
        ...{ agent, method: 'POST', timeout: answerLimitMs },
        headers: { 'content-type': 'image/jpeg', 'content-length': picture.length, ...headers },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () =>
          done(answer.statusCode ?? 'lost', Number(answer.headers['retry-after'] ?? 0)),
        );
        answer.on('error', () => done('lost'));
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', () => done('lost'));
    sent.end(picture);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
