/**
 * Asks a station that runs on this PC, as the command line: by the key in its data folder, also over its own certificate.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ErrorBody, StationError } from '#contract/error.ts';
import { readLocalKey } from '#engine/local-key.ts';
import { readOwnCertificate } from './tls.ts';

export interface Asking {
  readonly url: string;
  readonly dataFolder: string;
  readonly name: string;
  readonly input: unknown;
}

/** @throws StationError as the station answers, SYS_001 when it does not */
export async function askStation({ url, dataFolder, name, input }: Asking): Promise<unknown> {
  const { status, text } = await post(
    `${url}/api/v1/call/${encodeURIComponent(name)}`,
    JSON.stringify(input),
    dataFolder,
  );
  const body = parseJson(text) as { error?: unknown } | null;
  if (status === 200) return body;
  const error = ErrorBody.safeParse(body?.error);
  if (error.success) throw StationError.fromBody(error.data);
  throw new StationError('SYS_001', `The station at ${url} answered with HTTP ${String(status)}.`);
}

function post(
  url: string,
  body: string,
  dataFolder: string,
): Promise<{ status: number; text: string }> {
  const key = readLocalKey(dataFolder);
  const own = readOwnCertificate(dataFolder);
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
    // The station's own certificate is in its data folder, so that its name has not to be proven.
    ...(own === null ? {} : { ca: own, checkServerIdentity: () => undefined }),
  };
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(url, options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString('utf8'),
        }),
      );
      response.on('error', reject);
    });
    request.on('error', (cause) =>
      reject(
        new StationError('SYS_001', `The station at ${url} does not answer: check that it runs.`, {
          cause,
        }),
      ),
    );
    request.end(body);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
