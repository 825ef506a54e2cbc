/**
 * Reads the address of a camera: which kind of source it is and what ffmpeg must be given to open it.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SourceUrl } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import { hasHiddenSecret, redact } from './redact.ts';

export type Source =
  | { readonly kind: 'rtsp'; readonly url: string }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'usb'; readonly device: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'simulated'; readonly url: URL };

/** A source that ffmpeg reads. */
export type StreamSource = Exclude<Source, { kind: 'simulated' }>;

const accepted =
  'Accepted are rtsp://user:password@host/path, rtsps://…, http(s)://host/stream, usb:/dev/video0 (Linux) or ' +
  'usb:Camera name (Windows), the path of a video file, and simulated://plaza.';

/**
 * Parses an address. Nothing is opened: that a file or a host exists is found out when it is read.
 * @throws StationError CAM_004 with what is accepted, SYS_005 when *** stands where a password should
 */
export function parseSource(text: string, platform: NodeJS.Platform = process.platform): Source {
  const parsed = SourceUrl.safeParse(text);
  if (!parsed.success) throw wrong('The address is empty or too long.');
  const address = parsed.data;
  if (/[\0\r\n]/.test(address)) throw wrong('The address holds a line break.');
  if (hasHiddenSecret(address)) {
    throw new StationError(
      'SYS_005',
      'The password of this camera is not known: the key with which it was sealed is missing from the data folder. Type the password into the address in place of ***, or put the file secret.key back and start the station again.',
      { path: 'source' },
    );
  }
  // One letter before the colon is a Windows drive, not a scheme.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return fileSource(address);
    case 'file':
      return { kind: 'file', path: pathOfUrl(address) };
    case 'rtsp':
    case 'rtsps':
      return { kind: 'rtsp', url: networkUrl(address) };
    case 'http':
    case 'https':
      return { kind: 'http', url: networkUrl(address) };
    case 'usb':
      return { kind: 'usb', device: usbDevice(address.slice('usb:'.length), platform) };
    case 'simulated':
      return { kind: 'simulated', url: urlOf(address) };
    default:
      throw wrong(`"${scheme}:" is not supported.`);
  }
}

/** Whether somebody else decides when pictures come: there is nothing to pace and its end is a loss. */
export function isLiveSource(source: StreamSource): boolean {
  return source.kind !== 'file';
}

/** The source in words that may be shown: host, device or file, never a user or a password. */
export function nameOf(source: StreamSource): string {
  switch (source.kind) {
    case 'rtsp':
    case 'http':
      return new URL(source.url).host;
    case 'usb':
      return source.device;
    case 'file':
      return path.basename(source.path);
  }
}

function fileSource(address: string): Source {
  if (/^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)/.test(address)) {
    throw wrong('The address has no scheme: put rtsp:// or http:// in front.');
  }
  return { kind: 'file', path: path.resolve(address) };
}

function pathOfUrl(address: string): string {
  try {
    return fileURLToPath(address);
  } catch {
    throw wrong('The file address is not one of this PC: it starts with file:/// and has no host.');
  }
}

function networkUrl(address: string): string {
  const url = urlOf(address);
  if (url.hostname === '') throw wrong('The address has no host.');
  if (url.username === '' && `${url.pathname}${url.hash}`.includes('@')) {
    throw wrong('Write # in a password as %23, / as %2F and ? as %3F, and @ in a path as %40.');
  }
  return url.href;
}

function urlOf(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw wrong(`"${redact(address)}" cannot be read; write special signs of a password as %XX.`);
  }
}

function usbDevice(device: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    // Quotes and colons separate the fields of a DirectShow device.
    if (device === '' || /[":]/.test(device)) throw wrong('The name of the USB camera is missing.');
    return device;
  }
  if (platform === 'linux') {
    if (/^\/dev\/(?:video\d+|v4l\/by-(?:id|path)\/[\w.:-]+)$/.test(device)) return device;
    throw wrong('A USB camera on Linux is named like usb:/dev/video0.');
  }
  throw wrong('USB cameras are read on Linux and Windows only; use a network camera here.');
}

function wrong(what: string): StationError {
  return new StationError('CAM_004', `${what} ${accepted}`, { path: 'source' });
}
