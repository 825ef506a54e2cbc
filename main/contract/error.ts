/**
 * The errors that cross a boundary: a code with one meaning on every door, a sentence for the person who must act.
 */
import { z } from 'zod';

/** What each code means and which HTTP status it has on the REST door. */
export const errorCodes = {
  MODEL_001: { status: 404, meaning: 'The model or the version is not in the registry.' },
  MODEL_002: {
    status: 422,
    meaning: 'The model file cannot be loaded: truncated, not ONNX, or unknown operators.',
  },
  MODEL_003: { status: 422, meaning: 'The model loads but cannot be used for counting.' },
  MODEL_004: { status: 409, meaning: 'The model is in a state that does not allow this.' },
  INF_001: { status: 500, meaning: 'The inference run failed.' },
  INF_002: { status: 504, meaning: 'The inference took too long and was ended.' },
  INF_003: { status: 400, meaning: 'The input cannot be used for inference.' },
  INF_004: { status: 500, meaning: 'The model returned numbers that are not detections.' },
  RES_001: { status: 507, meaning: 'The memory budget is used up.' },
  RES_002: { status: 507, meaning: 'The GPU memory budget is used up.' },
  RES_003: { status: 429, meaning: 'Too much work is waiting; try again later.' },
  RES_004: { status: 507, meaning: 'The disk is full or below its reserve.' },
  SYS_001: { status: 503, meaning: 'A part of the station is not running.' },
  SYS_002: { status: 503, meaning: 'The database cannot be used.' },
  SYS_003: { status: 503, meaning: 'The result cache cannot be used.' },
  SYS_004: { status: 500, meaning: 'The configuration or the environment is wrong.' },
  SYS_005: { status: 503, meaning: 'A stored password cannot be read: its key is missing.' },
  CAM_001: { status: 502, meaning: 'The camera cannot be reached.' },
  CAM_002: { status: 502, meaning: 'The camera refused the user name or the password.' },
  CAM_003: { status: 422, meaning: 'The source has no video that can be read.' },
  CAM_004: { status: 422, meaning: 'The source address is wrong or not supported.' },
  CAM_005: { status: 503, meaning: 'ffmpeg is missing or too old.' },
  CAM_006: { status: 504, meaning: 'The camera went silent or its picture froze.' },
  CAM_007: { status: 502, meaning: 'The camera gave an ONVIF answer that cannot be used.' },
  MSG_001: {
    status: 502,
    meaning: 'A notification was not delivered: its receiver cannot be reached.',
  },
  MSG_002: {
    status: 502,
    meaning: 'A notification was not delivered: its receiver refused it.',
  },
  UPD_001: { status: 502, meaning: 'The server of updates did not give an update.' },
  UPD_002: { status: 422, meaning: 'An update was refused: its signature or its digest is wrong.' },
  UPD_003: { status: 409, meaning: 'The update cannot be installed now.' },
  BAK_001: { status: 422, meaning: 'The file is no backup of a station, or not a whole one.' },
  BAK_002: { status: 409, meaning: 'The backup cannot be restored here.' },
  CEN_001: { status: 502, meaning: 'The central database cannot be reached.' },
  CEN_002: { status: 502, meaning: 'The central database refuses what is asked of it.' },
  ARC_001: { status: 422, meaning: 'A file of the archive is missing or was changed.' },
  ARC_002: { status: 409, meaning: 'The rows asked for are in the archive.' },
  REQ_001: { status: 400, meaning: 'The request has a wrong field.' },
  REQ_002: { status: 404, meaning: 'The thing asked for does not exist.' },
  REQ_003: { status: 409, meaning: 'The request contradicts what is there.' },
  REQ_004: { status: 499, meaning: 'The caller cancelled the request.' },
  ACC_001: { status: 401, meaning: 'Nobody is signed in.' },
  ACC_002: { status: 403, meaning: 'The role of this user does not allow it.' },
  ACC_003: { status: 401, meaning: 'The user name or the password is wrong.' },
  ACC_004: { status: 429, meaning: 'Too many tries; wait a little.' },
  REQ_005: { status: 413, meaning: 'The request is too large.' },
  REQ_006: { status: 415, meaning: 'The request has a content type that is not read here.' },
  REQ_007: { status: 408, meaning: 'The request did not come whole in time.' },
} as const;

export type ErrorCode = keyof typeof errorCodes;
export const ErrorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);

/** The shape of an error on the wire (IPC, REST, worker message). */
export const ErrorBody = z.object({
  code: ErrorCode,
  message: z.string(),
  /** Where the wrong value is, for example `lines.0.points` */
  path: z.string().optional(),
  /** After how many seconds another try makes sense */
  retryAfterS: z.number().optional(),
  /** Id of the request that failed, by which the log and the audit log find it */
  requestId: z.string().optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** What the world did wrong, with what to do about it. Our own bugs are asserts, not this. */
export class StationError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly retryAfterS: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; path?: string; retryAfterS?: number; requestId?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StationError';
    this.code = code;
    this.path = options.path;
    this.retryAfterS = options.retryAfterS;
    this.requestId = options.requestId;
  }

  /** The same error as that of a request. */
  ofRequest(requestId: string): StationError {
    return StationError.fromBody({ ...this.toBody(), requestId }, this.cause ?? this);
  }

  toBody(): ErrorBody {
    const { code, message, path, retryAfterS, requestId } = this;
    return {
      code,
      message,
      ...(path === undefined ? {} : { path }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
      ...(requestId === undefined ? {} : { requestId }),
    };
  }

  static fromBody({ code, message, ...body }: ErrorBody, cause?: unknown): StationError {
    const { path, retryAfterS, requestId } = body;
    return new StationError(code, message, {
      cause,
      ...(path === undefined ? {} : { path }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
      ...(requestId === undefined ? {} : { requestId }),
    });
  }

  /** Any thrown value as a StationError; what is not one already becomes `fallback` with its message. */
  static from(error: unknown, fallback: ErrorCode): StationError {
    if (error instanceof StationError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new StationError(fallback, message, { cause: error });
  }
}
