/**
 * The input of an ffmpeg: its options and its address. An address with a password never stands among the arguments, which
 * every user of the PC may read in the list of processes: it comes in a list of one entry through a pipe.
 */
import type { CameraSettings } from '#contract/camera.ts';
import { redact } from './redact.ts';
import type { StreamSource } from './source.ts';

/** File descriptor on which ffmpeg reads the list. */
export const inputListFd = 6;

export interface InputPlan {
  readonly source: StreamSource;
  /** How an RTSP stream travels */
  readonly transport: CameraSettings['transport'];
}

type Option = readonly [name: string, value: string];

/** A source that says nothing for so long has gone; our own watchdog is quicker once frames have come. */
const silentMicros = 5_000_000;
/** What a list may open; ffmpeg itself lets a list that comes through a pipe open nothing. */
const listProtocols = 'pipe,rtp,srtp,udp,tcp,tls,http,https,httpproxy,crypto,data';
// Waiting for frames to guess their rate costs seconds before the first picture (measured: 3.2 s against 0.5 s).
const quickly: Option = ['fpsprobesize', '0'];

/** Options and address of the input, up to `-i address`. */
export function inputArgs(plan: InputPlan): string[] {
  const { source } = plan;
  switch (source.kind) {
    case 'rtsp':
    case 'http':
      return hasSecret(source)
        ? [
            ...['-f', 'concat', '-safe', '0', '-protocol_whitelist', listProtocols],
            ...[...asArgs([quickly]), '-i', `pipe:${String(inputListFd)}`],
          ]
        : [...asArgs([...networkOptions(plan), quickly]), '-i', source.url];
    case 'usb':
      return source.device.startsWith('/dev/')
        ? ['-f', 'v4l2', '-i', source.device]
        : ['-f', 'dshow', '-rtbufsize', '64M', '-i', `video=${source.device}`];
    case 'file':
      // With the scheme in front no file name is taken for a protocol or an option.
      return ['-i', `file:${source.path}`];
  }
}

/** What must be written to `inputListFd` for these arguments; null where the address is among them. */
export function inputList(plan: InputPlan): string | null {
  const { source } = plan;
  if (source.kind === 'usb' || source.kind === 'file' || !hasSecret(source)) return null;
  return [
    'ffconcat version 1.0',
    `file '${source.url.replaceAll("'", "'\\''")}'`,
    ...[...networkOptions(plan), quickly].map(([name, value]) => `option ${name} ${value}`),
    '',
  ].join('\n');
}

function hasSecret({ url }: { readonly url: string }): boolean {
  return redact(url) !== url;
}

function asArgs(options: readonly Option[]): string[] {
  return options.flatMap(([name, value]) => [`-${name}`, value]);
}

function networkOptions({ source, transport }: InputPlan): Option[] {
  return source.kind === 'rtsp'
    ? [
        ['rtsp_transport', transport],
        ['timeout', String(silentMicros)],
        ['allowed_media_types', 'video'],
      ]
    : [['rw_timeout', String(silentMicros)]];
}
