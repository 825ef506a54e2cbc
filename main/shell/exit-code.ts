/**
 * Exit codes of utility processes in the shape of a shell's.
 */
import os from 'node:os';

const { SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGSEGV, SIGTERM } =
  os.constants.signals;
const endingSignals = new Set([
  SIGILL,
  SIGTRAP,
  SIGABRT,
  SIGBUS,
  SIGFPE,
  SIGKILL,
  SIGSEGV,
  SIGTERM,
]);
const coreDumped = 0x80;

/**
 * 128 + the signal's number when a signal ended the process, else what it exited with.
 *
 * `process.exit(n)` in the child arrives as n. Everything else arrives as waitpid gave it: the bare number of the
 * signal, plus 0x80 when a core was written, or n × 256 (Electron: UtilityProcessWrapper::HandleTermination,
 * Chromium: base::GetTerminationStatus). So our workers must not use the numbers of these signals as their own codes.
 */
export function toExitCode(code: number, platform: NodeJS.Platform): number {
  if (platform === 'win32') return code;
  if (code >= 256) return code >> 8;
  const signal = code & ~coreDumped;
  return endingSignals.has(signal) ? 128 + signal : code;
}
