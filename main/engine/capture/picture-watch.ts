/**
 * Notices that a picture has stopped changing although frames arrive.
 */

/** Every so many bytes one is looked at: a prime, so that the columns of a picture are sampled evenly. */
const stride = 61;

/** A number that changes when the picture does: FNV-1a over a sample of its bytes. */
export function fingerprint(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += stride) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  }
  return hash >>> 0;
}

export interface PictureWatch {
  /**
   * Takes the fingerprint of a frame and a time in ms that never jumps; since when the picture is frozen (when the last frame
   * that differed came), null while it is not.
   */
  see(print: number, atMs: number): number | null;
}

/** A picture is frozen when it has been the same for `frozenMs`, and in at least three frames. */
export function createPictureWatch(frozenMs: number): PictureWatch {
  let last: number | null = null;
  let sinceMs = 0;
  let frames = 0;
  return {
    see(print, atMs) {
      if (print !== last) {
        last = print;
        sinceMs = atMs;
        frames = 0;
      }
      frames++;
      return frames >= 3 && atMs - sinceMs >= frozenMs ? sinceMs : null;
    },
  };
}
