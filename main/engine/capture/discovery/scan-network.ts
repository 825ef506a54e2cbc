/**
 * Asks every network of this PC for cameras, by WS-Discovery as ONVIF uses it.
 */
import os from 'node:os';
import onvif from 'onvif';
import { StationError } from '#contract/error.ts';
import { type Device, readDevice } from './read-device.ts';

export interface ScanOptions {
  /** How long answers are waited for, s */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * Cameras that answer, each once, in the order of their hosts.
 * @throws StationError CAM_001 when no network can be asked, REQ_004 when `signal` ends it
 */
export async function scanNetwork({ seconds, signal }: ScanOptions): Promise<Device[]> {
  const cancelled = new Promise<never>((_, reject) => {
    const end = (): void => reject(new StationError('REQ_004', 'The search was cancelled.'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
  const asked = networkNames().map((name) => ask(name, seconds * 1000));
  const answers = await Promise.race([Promise.all(asked), cancelled]);
  const failures = answers.filter((answer) => answer instanceof Error);
  if (failures.length === answers.length) {
    const reason = failures[0]?.message ?? 'this PC has no network';
    throw new StationError(
      'CAM_001',
      `The network cannot be searched (${reason}). Connect this PC to the network of the cameras, or type the address of the camera.`,
      { cause: failures[0] },
    );
  }
  const devices = new Map<string, Device>();
  for (const answer of answers) {
    if (answer instanceof Error) continue;
    for (const device of answer) devices.set(device.address, device);
  }
  return [...devices.values()].sort((a, b) =>
    a.host.localeCompare(b.host, 'en', { numeric: true }),
  );
}

/** Networks with an address of IPv4; the PC's own loop only where there is no other. */
function networkNames(): string[] {
  const all = Object.entries(os.networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family }) => family === 'IPv4')
      .slice(0, 1)
      .map(({ internal }) => ({ name, internal })),
  );
  const outer = all.filter(({ internal }) => !internal);
  return (outer.length > 0 ? outer : all).map(({ name }) => name);
}

/** What answers on one network; an Error where it could not be asked. Answers that cannot be read are left out. */
function ask(network: string, timeoutMs: number): Promise<Device[] | Error> {
  listenToErrors();
  return new Promise((resolve) => {
    onvif.Discovery.probe(
      { device: network, timeout: timeoutMs, resolve: false },
      (error, found) => {
        // A list of errors tells of answers that could not be read; one error, of a socket that could not be used.
        if (error instanceof Error) resolve(error);
        else resolve((found ?? []).flatMap((answer) => readDevice(answer) ?? []));
      },
    );
  });
}

/** The library's emitter is one for all, and an 'error' that nobody listens to would end the process. */
function listenToErrors(): void {
  if (onvif.Discovery.listenerCount('error') > 0) return;
  onvif.Discovery.on('error', () => {
    // Each probe gets its own errors through its callback.
  });
}
