/**
 * Says why a source gave no pictures, from what ffmpeg said: one code, one sentence on what to do.
 */
import type { CaptureReason } from '#contract/camera.ts';
import { type ErrorCode, StationError } from '#contract/error.ts';
import { type Said, say } from '#contract/station-sentence.ts';
import type { captureSentences } from '#contract/station-sentences.ts';
import { nameOf, type StreamSource } from './source.ts';

export interface Failure {
  readonly source: StreamSource;
  /** Messages of ffmpeg or ffprobe, oldest first, without passwords */
  readonly lines: readonly string[];
  /** Whether pictures had come before */
  readonly hadPictures: boolean;
}

/** Those that name the source and nothing else */
type Sentence = Exclude<
  keyof typeof captureSentences,
  'fellSilent' | 'neverBegan' | 'sizeChanged' | 'recordingSwitched'
>;

interface Cause {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  /** Only for these kinds of source; all when left out */
  readonly kinds?: readonly StreamSource['kind'][];
  /** What it means and what to do */
  readonly sentence: Sentence;
}

/** In the order of trust: the first that is found in any line is the cause. */
const causes: readonly Cause[] = [
  {
    pattern: /\b401 Unauthorized|\b403 Forbidden|authorization failed|access denied/i,
    code: 'CAM_002',
    sentence: 'userRefused',
  },
  {
    pattern: /\b404 Not Found|\b454 Session|\b410 Gone/,
    code: 'CAM_001',
    sentence: 'pathUnknown',
  },
  {
    pattern: /Server returned (?:4|5)\d\d|method \w+ failed: [45]\d\d|\b5XX Server Error/,
    code: 'CAM_001',
    sentence: 'answersError',
  },
  {
    pattern: /No such file or directory|Could not find video device/i,
    code: 'CAM_001',
    kinds: ['usb'],
    sentence: 'usbMissing',
  },
  {
    pattern: /Device or resource busy/i,
    code: 'CAM_001',
    kinds: ['usb'],
    sentence: 'usbBusy',
  },
  {
    pattern: /Permission denied/i,
    code: 'CAM_001',
    kinds: ['usb'],
    sentence: 'usbForbidden',
  },
  {
    pattern: /No such file or directory/i,
    code: 'CAM_004',
    kinds: ['file'],
    sentence: 'fileMissing',
  },
  {
    pattern: /Permission denied/i,
    code: 'CAM_003',
    kinds: ['file'],
    sentence: 'fileForbidden',
  },
  {
    pattern: /Connection refused/i,
    code: 'CAM_001',
    sentence: 'connectionRefused',
  },
  {
    pattern: /Failed to resolve hostname|Name or service not known|Temporary failure in name/i,
    code: 'CAM_001',
    sentence: 'nameUnknown',
  },
  {
    pattern: /No route to host|Network is unreachable|Host is down/i,
    code: 'CAM_001',
    sentence: 'noWay',
  },
  {
    pattern: /Connection timed out|Operation timed out|Connection reset|Broken pipe/i,
    code: 'CAM_001',
    sentence: 'stoppedAnswering',
  },
  {
    pattern: /Protocol not found|Unknown input format|Nonmatching transport/i,
    code: 'CAM_004',
    sentence: 'otherWay',
  },
  {
    pattern: /matches no streams|does not contain any stream|Output file is empty/i,
    code: 'CAM_003',
    sentence: 'noVideo',
  },
  {
    pattern: /Decoder .*not found|Decoder \(codec [^)]*\) not found|Unknown decoder|codec none/i,
    code: 'CAM_003',
    sentence: 'notDecoded',
  },
  {
    pattern: /moov atom not found/i,
    code: 'CAM_003',
    sentence: 'fileCut',
  },
  {
    // ffmpeg reports a connection that timed out in this way, too.
    pattern:
      /Invalid data found|Could not find codec parameters|Error opening input|unspecified size/i,
    code: 'CAM_003',
    kinds: ['file'],
    sentence: 'fileUnreadable',
  },
  {
    pattern: /Invalid data found/i,
    code: 'CAM_001',
    kinds: ['rtsp'],
    sentence: 'notRtsp',
  },
  {
    pattern: /Invalid data found|Could not find codec parameters|unspecified size/i,
    code: 'CAM_003',
    sentence: 'notVideo',
  },
  {
    pattern: /\[fatal\] spawn /,
    code: 'CAM_005',
    sentence: 'ffmpegNotStarted',
  },
];

/** Why a source cannot be opened, thrown: a StationError that keeps what a page says in its own language. */
export class CaptureError extends StationError {
  readonly reason: CaptureReason;

  constructor(reason: CaptureReason) {
    super(reason.code, reason.message);
    this.reason = reason;
  }
}

/** What was thrown while a source was opened, as the reason why it gives no picture. */
export function reasonOf(error: unknown): CaptureReason {
  return error instanceof CaptureError
    ? error.reason
    : StationError.from(error, 'CAM_001').toBody();
}

/** The reason as an error of the contract, and as a sentence that a page says in its own language. Pure. */
export function describeFailure({ source, lines, hadPictures }: Failure): CaptureReason {
  const name = nameOf(source);
  // What is wrong with a single packet says nothing about why the stream ended.
  if (hadPictures) {
    return source.kind === 'file'
      ? reason('CAM_003', say('fileEndedEarly', { name }))
      : reason('CAM_001', say('streamEnded', { name }));
  }
  const cause = causes.find(
    ({ kinds, pattern }) =>
      (kinds?.includes(source.kind) ?? true) &&
      lines.some((line) => isMessage(line) && pattern.test(line)),
  );
  if (cause === undefined) return reason('CAM_001', say('noPicture', { name }));
  return reason(cause.code, say(cause.sentence, { name }));
}

/** The reason for a connection that is opened anew on purpose. */
export function describeRenewal(why: 'sizeChanged' | 'recordingSwitched'): CaptureReason {
  return reason('CAM_001', say(why));
}

/** The reason for a source that was connected and then gave nothing for `seconds`. */
export function describeSilence(source: StreamSource, seconds: number): CaptureReason {
  const values = { name: nameOf(source), seconds: Math.round(seconds) };
  return reason('CAM_006', say('fellSilent', values));
}

/** The reason for a source from which not even the first picture came in `seconds`. */
export function describeNoStart(source: StreamSource, seconds: number): CaptureReason {
  const values = { name: nameOf(source), seconds: Math.round(seconds) };
  return reason('CAM_001', say('neverBegan', values));
}

function reason(code: ErrorCode, { detail, said }: Said): CaptureReason {
  return { code, message: capital(detail), said };
}

/** Facts about the stream are no messages about what went wrong, and hold names that anybody may choose. */
function isMessage(line: string): boolean {
  return !line.startsWith('[info]');
}

function capital(text: string): string {
  return /^[a-z]/.test(text) && !/^[\w-]+[.:]/.test(text)
    ? (text[0] ?? '').toUpperCase() + text.slice(1)
    : text;
}
