/**
 * Collects the garbage among lasting objects every few minutes, for threads that live as long as the station. Left alone V8 waits until
 * there is a third or more of it: a thread that keeps 50 MB seems to lose 10 MB an hour, and a true loss cannot be told from that.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A collection stops its thread for 2 to 5 ms where 67 MB are kept. */
const everyMs = 120_000;

/**
 * Begins it for the thread that calls, under plain Node; it keeps no process from ending. Electron may have closed its flags by then, and
 * a flag that is set late would end the process: not tried there, so left out.
 */
export function tidyHeap(): void {
  if ('electron' in process.versions) return;
  // Node hands the collector to nobody who did not ask for it by this flag.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setInterval(collect, everyMs).unref();
}
