/**
 * How far a command is, on one line of the terminal that is written over. A file or a pipe gets none of it.
 */
import { clearLine, cursorTo } from 'node:readline';

const { stderr } = process;

export function showProgress(text: string): void {
  if (!stderr.isTTY) return;
  cursorTo(stderr, 0);
  stderr.write(text);
  clearLine(stderr, 1);
}

/** Takes the line away, so that the result stands in its place. */
export function endProgress(): void {
  showProgress('');
}
