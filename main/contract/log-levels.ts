/**
 * How severe a line of the log must be to be written, for single kinds of lines too: `camera=debug, alert=warn`. A kind is what a
 * line says, or how it begins; where several fit, the longest counts.
 */
import { z } from 'zod';

export const LogLevel = z.enum(['debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof LogLevel>;

export interface LevelOfKind {
  readonly kind: string;
  readonly level: LogLevel;
}

/** Longest kind first; null when it cannot be read. */
export function parseLogLevels(text: string): LevelOfKind[] | null {
  const entries = text.split(',').flatMap((part) => {
    if (part.trim() === '') return [];
    const at = part.lastIndexOf('=');
    const level = LogLevel.safeParse(part.slice(at + 1).trim());
    const kind = part.slice(0, Math.max(0, at)).trim();
    return [kind === '' || !level.success ? null : { kind, level: level.data }];
  });
  const known = entries.filter((entry) => entry !== null);
  if (known.length < entries.length) return null;
  return known.sort((a, b) => b.kind.length - a.kind.length);
}

/** Whether a line is written. */
export function isLogged(
  { level, fact }: { readonly level: LogLevel; readonly fact: string },
  { usual, ofKinds }: { readonly usual: LogLevel; readonly ofKinds: readonly LevelOfKind[] },
): boolean {
  const least = ofKinds.find(({ kind }) => fact.startsWith(kind))?.level ?? usual;
  return LogLevel.options.indexOf(level) >= LogLevel.options.indexOf(least);
}
