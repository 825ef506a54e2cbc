/**
 * Says why a source gave no pictures, from what ffmpeg said: one code, one sentence on what to do.
 */
import type { ErrorBody, ErrorCode } from '#contract/error.ts';
import { nameOf, type StreamSource } from './source.ts';

export interface Failure {
  readonly source: StreamSource;
  /** Messages of ffmpeg or ffprobe, oldest first, without passwords */
  readonly lines: readonly string[];
  /** Whether pictures had come before */
  readonly hadPictures: boolean;
}

interface Cause {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  /** Only for these kinds of source; all when left out */
  readonly kinds?: readonly StreamSource['kind'][];
  readonly say: (name: string) => string;
}

/** In the order of trust: the first that is found in any line is the cause. */
const causes: readonly Cause[] = [
  {
    pattern: /\b401 Unauthorized|\b403 Forbidden|authorization failed|access denied/i,
    code: 'CAM_002',
    say: (name) => `${name} refused the user name or the password: correct them in the address.`,
  },
  {
    pattern: /\b404 Not Found|\b454 Session|\b410 Gone/,
    code: 'CAM_001',
    say: (name) => `${name} answers but has no stream under this path: check the path.`,
  },
  {
    pattern: /Server returned (?:4|5)\d\d|method \w+ failed: [45]\d\d|\b5XX Server Error/,
    code: 'CAM_001',
    say: (name) => `${name} answers with an error: look at the camera, or try the other transport.`,
  },
  {
    pattern: /No such file or directory|Could not find video device/i,
    code: 'CAM_001',
    kinds: ['usb'],
    say: (name) => `There is no USB camera "${name}": plug it in or choose another.`,
  },
  {
    pattern: /Device or resource busy/i,
    code: 'CAM_001',
    kinds: ['usb'],
    say: (name) => `The USB camera "${name}" is used by another program: close that program.`,
  },
  {
    pattern: /Permission denied/i,
    code: 'CAM_001',
    kinds: ['usb'],
    say: (name) =>
      `The USB camera "${name}" may not be opened by this user: allow it (group video).`,
  },
  {
    pattern: /No such file or directory/i,
    code: 'CAM_004',
    kinds: ['file'],
    say: (name) =>
      `There is no file "${name}": give the path of a video file, or an address such as rtsp://….`,
  },
  {
    pattern: /Permission denied/i,
    code: 'CAM_003',
    kinds: ['file'],
    say: (name) => `The file "${name}" may not be read by this user: change its permissions.`,
  },
  {
    pattern: /Connection refused/i,
    code: 'CAM_001',
    say: (name) => `${name} refuses the connection: check address and port, and that it is on.`,
  },
  {
    pattern: /Failed to resolve hostname|Name or service not known|Temporary failure in name/i,
    code: 'CAM_001',
    say: (name) => `The name ${name} is not known in this network: check it or use the IP address.`,
  },
  {
    pattern: /No route to host|Network is unreachable|Host is down/i,
    code: 'CAM_001',
    say: (name) => `There is no way to ${name}: check cable, network and address.`,
  },
  {
    pattern: /Connection timed out|Operation timed out|Connection reset|Broken pipe/i,
    code: 'CAM_001',
    say: (name) => `${name} stopped answering: check that it is on and reachable.`,
  },
  {
    pattern: /Protocol not found|Unknown input format|Nonmatching transport/i,
    code: 'CAM_004',
    say: (name) => `This ffmpeg cannot open ${name} this way: try the other transport or address.`,
  },
  {
    pattern: /matches no streams|does not contain any stream|Output file is empty/i,
    code: 'CAM_003',
    say: (name) => `${name} can be opened but has no video.`,
  },
  {
    pattern: /Decoder .*not found|Decoder \(codec [^)]*\) not found|Unknown decoder|codec none/i,
    code: 'CAM_003',
    say: (name) => `${name} sends a video format that this ffmpeg cannot decode: choose H.264.`,
  },
  {
    pattern: /moov atom not found/i,
    code: 'CAM_003',
    say: (name) => `"${name}" is no complete video: it was cut off or is still being written.`,
  },
  {
    // ffmpeg reports a connection that timed out in this way, too.
    pattern:
      /Invalid data found|Could not find codec parameters|Error opening input|unspecified size/i,
    code: 'CAM_003',
    kinds: ['file'],
    say: (name) => `"${name}" is no video that can be read.`,
  },
  {
    pattern: /Invalid data found/i,
    code: 'CAM_001',
    kinds: ['rtsp'],
    say: (name) => `${name} did not answer as an RTSP camera: check address, port and path.`,
  },
  {
    pattern: /Invalid data found|Could not find codec parameters|unspecified size/i,
    code: 'CAM_003',
    say: (name) => `${name} answers, but not with a video: check the path.`,
  },
  {
    pattern: /\[fatal\] spawn /,
    code: 'CAM_005',
    say: () => 'ffmpeg could not be started: install it again or set ffmpegPath.',
  },
];

/** The reason as an error of the contract. Pure. */
export function describeFailure({ source, lines, hadPictures }: Failure): ErrorBody {
  const name = nameOf(source);
  // What is wrong with a single packet says nothing about why the stream ended.
  if (!hadPictures) {
    for (const cause of causes) {
      if (cause.kinds && !cause.kinds.includes(source.kind)) continue;
      if (lines.some((line) => isMessage(line) && cause.pattern.test(line))) {
        return { code: cause.code, message: capital(cause.say(name)) };
      }
    }
    return { code: 'CAM_001', message: capital(`${name} gave no picture.`) };
  }
  return source.kind === 'file'
    ? { code: 'CAM_003', message: capital(`"${name}" ended before its time.`) }
    : {
        code: 'CAM_001',
        message: capital(`${name} ended the stream: waiting for it to come back.`),
      };
}

/** The reason for a source that was connected and then gave nothing for `seconds`. */
export function describeSilence(source: StreamSource, seconds: number): ErrorBody {
  const name = capital(nameOf(source));
  return {
    code: 'CAM_006',
    message: `${name} sent no picture for ${Math.round(seconds)} seconds: connecting again.`,
  };
}

/** The reason for a source from which not even the first picture came in `seconds`. */
export function describeNoStart(source: StreamSource, seconds: number): ErrorBody {
  const name = capital(nameOf(source));
  return {
    code: 'CAM_001',
    message: `${name} gave no picture within ${Math.round(seconds)} seconds: check that it is on and reachable.`,
  };
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
