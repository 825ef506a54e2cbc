/**
 * What a part of the engine may say: a fact with fields. No passwords, no URLs with passwords, no full stop.
 */

export type Fields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(fact: string, fields?: Fields): void;
  info(fact: string, fields?: Fields): void;
  warn(fact: string, fields?: Fields): void;
  error(fact: string, fields?: Fields): void;
}

/** A logger for places that have nothing to say to. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
