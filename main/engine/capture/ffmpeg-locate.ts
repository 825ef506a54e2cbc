/**
 * Finds an ffmpeg that can do the work: the configured one, the bundled one, else the one on PATH.
 */

/** An ffmpeg that was found and asked what it can do. */
export interface FfmpegTools {
  readonly ffmpegPath: string;
  /** null where only ffmpeg is installed; sources are then probed with ffmpeg itself */
  readonly ffprobePath: string | null;
  /** As the binary says, for example `5.1.9-0+deb12u1` */
  readonly version: string;
}
