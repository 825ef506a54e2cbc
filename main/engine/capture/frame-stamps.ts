/**
 * Reads what ffmpeg's `metadata` filter prints about each frame: its number and its time stamp.
 */

export interface FrameStamp {
  /** Number of the frame since the filters were set up; starts again at 0 when the picture changes its size or format */
  readonly number: number;
  /** In the unit of the filter's time base; null when the frame has none */
  readonly ticks: number | null;
}

/** Takes text in any pieces; returns the stamps that are complete. */
export function createStampReader(): (text: string) => FrameStamp[] {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    return lines.flatMap((line) => {
      const match = /^frame:(\d+)\s+pts:(\S+)/.exec(line);
      if (!match) return [];
      const ticks = Number(match[2]);
      return [{ number: Number(match[1]), ticks: Number.isFinite(ticks) ? ticks : null }];
    });
  };
}
