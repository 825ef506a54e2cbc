/**
 * What this process uses: time of the processor, and how long its main thread could not answer.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface ProcessUse {
  /** Time of the processor over all cores since the last question, ms */
  readonly cpuMs: number;
  /** The longest time since then in which the main thread could not answer, ms */
  readonly loopDelayMs: number;
}

export interface ProcessMeter {
  take(): ProcessUse;
  close(): void;
}

/** How exactly the delay is measured, ms: a timer of this length runs. */
const resolutionMs = 20;

export function createProcessMeter(): ProcessMeter {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let before = process.cpuUsage();
  return {
    take() {
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      // The measure includes the timer's own length.
      const loopDelayMs = delay.count === 0 ? 0 : Math.max(0, delay.max / 1e6 - resolutionMs);
      delay.reset();
      return { cpuMs: (user + system) / 1000, loopDelayMs };
    },
    close: () => void delay.disable(),
  };
}
