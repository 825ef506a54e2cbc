/**
 * Which paths of a bundle may become files: plain names below the folder of the version, on every system.
 */
import { StationError } from '#contract/error.ts';

const maxLength = 200;
const maxDepth = 8;
const segment = /^[A-Za-z0-9_][A-Za-z0-9 ._+-]*$/;
/** Names that Windows gives to devices, with any ending */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Whether the path, relative and with `/`, names a file within its folder. */
export function isSafePath(path: string): boolean {
  const segments = path.split('/');
  return (
    path.length <= maxLength &&
    segments.length <= maxDepth &&
    segments.every((name) => segment.test(name) && !device.test(name) && !/[. ]$/.test(name))
  );
}

/** @throws StationError MODEL_002 for a path that is none of a bundle */
export function requireSafePath(path: string): void {
  if (isSafePath(path)) return;
  throw new StationError(
    'MODEL_002',
    `The bundle names a file ${JSON.stringify(path.slice(0, 80))}, which is no plain name within its folder; it was refused.`,
  );
}
