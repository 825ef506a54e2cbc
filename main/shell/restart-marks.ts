/**
 * When the app was started again by itself, told from one start to the next by an argument, so that its budget holds over them.
 */
import { stationRestarts } from '#engine/base/backoff.ts';

const mark = '--restarted-at=';

/**
 * The arguments of the next start; null when the budget of the station is used up.
 * @param args of this start
 * @param now Unix time in ms
 */
export function argumentsOfRestart(args: readonly string[], now: number): string[] | null {
  const former = args
    .filter((arg) => arg.startsWith(mark))
    .map((arg) => Number(arg.slice(mark.length)))
    .filter((at) => now - at < stationRestarts.windowMs);
  if (former.length >= stationRestarts.count) return null;
  const others = args.filter((arg) => !arg.startsWith(mark));
  return [...others, ...[...former, now].map((at) => `${mark}${String(at)}`)];
}
