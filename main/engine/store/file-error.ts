/**
 * What the file system says about our files, in the words of the person who must act.
 */
import { type ErrorCode, StationError } from '#contract/error.ts';

const advice: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ['RES_004', 'the disk is full. Free some space'],
  EDQUOT: ['RES_004', 'the disk quota of this user is used up. Free some space'],
  EACCES: ['SYS_004', 'this user may not write there. Give it the right, or choose another folder'],
  EPERM: ['SYS_004', 'this user may not write there. Give it the right, or choose another folder'],
  EROFS: ['SYS_004', 'the disk is read-only. Choose a data folder on another one'],
  ENOTDIR: ['SYS_004', 'a part of the path is a file. Choose another data folder'],
  EEXIST: ['SYS_004', 'there is a file of that name. Choose another data folder'],
  ENOENT: [
    'SYS_004',
    'a part of the path does not exist and cannot be made. Choose another data folder',
  ],
  EIO: ['SYS_002', 'the disk reports an error. Check it and its cable or network share'],
};

/**
 * Runs `work`; a fault of the file system comes out as a StationError that names `path`.
 * @param path what is used, as the sentence begins with it
 */
export function withFileAdvice<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StationError || !isFileError(error)) throw error;
    const [code, sentence] = advice[error.code] ?? ['SYS_004', 'check the disk and the rights'];
    throw new StationError(code, `${path} cannot be used: ${sentence}. (${error.code})`, {
      cause: error,
    });
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
