/**
 * The files of a report as they are sent: read anew in each try, as long as they fit.
 */
import { readFile, stat } from 'node:fs/promises';
import type { SentFile } from './report-notice.ts';

/**
 * Files of one message together, bytes. Mail servers commonly take 10 MB, and a file grows by 37 % on its way (base64 with line
 * ends).
 */
export const mostAttachedBytes = 7_000_000;

export type Attachment = SentFile & {
  readonly bytes: number;
  /** `large` ones stay on the PC of the station; `gone` ones were removed since they were written */
  readonly content: Buffer | 'large' | 'gone';
};

/** In the given order; what does not fit beside those before it is left out, and what is smaller may still fit. */
export async function readAttachments(
  files: readonly SentFile[],
  mostBytes = mostAttachedBytes,
): Promise<Attachment[]> {
  const attachments: Attachment[] = [];
  let rest = mostBytes;
  for (const file of files) {
    const attachment = await readOne(file, rest);
    attachments.push(attachment);
    if (Buffer.isBuffer(attachment.content)) rest -= attachment.bytes;
  }
  return attachments;
}

async function readOne(file: SentFile, mostBytes: number): Promise<Attachment> {
  const found = await stat(file.path).catch(() => null);
  if (found === null) return { ...file, bytes: 0, content: 'gone' };
  if (found.size > mostBytes) return { ...file, bytes: found.size, content: 'large' };
  const content = await readFile(file.path).catch(() => 'gone' as const);
  return { ...file, bytes: found.size, content };
}
