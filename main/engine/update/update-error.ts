/**
 * What electron-updater says went wrong, as an error with a code and what to do.
 */
import { StationError } from '#contract/error.ts';

/** Codes that mean: what was fetched is not what was released */
const forgedCodes = new Set(['ERR_CHECKSUM_MISMATCH', 'ERR_UPDATER_INVALID_SIGNATURE']);
/** Codes that mean: the list of the release cannot be read as one */
const unreadableCodes = new Set([
  'ERR_UPDATER_INVALID_UPDATE_INFO',
  'ERR_UPDATER_INVALID_VERSION',
  'ERR_UPDATER_NO_FILES_PROVIDED',
  'ERR_UPDATER_NO_CHECKSUM',
]);

/** @param server address of the server of updates, for the message */
export function toUpdateError(error: unknown, server: string): StationError {
  if (error instanceof StationError) return error;
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const firstLine = message.split('\n')[0] ?? '';
  const say = (known: 'UPD_001' | 'UPD_002', text: string): StationError =>
    new StationError(known, text, { cause: error });
  if (forgedCodes.has(code)) {
    return say(
      'UPD_002',
      'The package is not the one that was released (its digest is another), so the update was refused. Nothing was changed.',
    );
  }
  if (unreadableCodes.has(code)) {
    return say(
      'UPD_002',
      `The list of the release at ${server} cannot be read: build it with "npm run dist".`,
    );
  }
  if (code === 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND') {
    return say(
      'UPD_001',
      `The server of updates ${server} has no release for this channel and system.`,
    );
  }
  return say(
    'UPD_001',
    `The server of updates ${server} did not give the update (${code === '' ? firstLine : code}). It is tried again later.`,
  );
}
