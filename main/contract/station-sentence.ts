/**
 * What the station says of itself: sentences with names and values, so that a page says them in its own language. What an error
 * says is not among them; that has its code.
 */
import { z } from 'zod';
import { ErrorCode } from './error.ts';
import { stationSentences } from './station-sentences.ts';

type Sentences = typeof stationSentences;
export type StationSentenceName = keyof Sentences;

const names = Object.keys(stationSentences) as [StationSentenceName, ...StationSentenceName[]];
export const StationSentence = z.object({
  name: z.enum(names),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Of which it is said, with its own English words: what they name is in no sentence */
  error: z.object({ code: ErrorCode, message: z.string() }).optional(),
});
export type StationSentence = z.infer<typeof StationSentence>;

/** As it was stored, by a version that may have had other sentences */
export const KeptSentence = StationSentence.optional().catch(undefined);

/** A sentence in English, and what a page needs to say it otherwise. */
export interface Said {
  readonly detail: string;
  readonly said?: StationSentence | undefined;
}

type Fields<Text extends string> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Fields<Rest>
  : never;
type Values<Name extends StationSentenceName> = Readonly<
  Record<Fields<Sentences[Name]>, string | number>
>;

/** Says a sentence with its values. */
export function say<Name extends StationSentenceName>(
  name: Name,
  ...[values]: [Fields<Sentences[Name]>] extends [never] ? [] : [values: Values<Name>]
): Said {
  const known: Readonly<Record<string, string | number>> = values ?? {};
  const detail = stationSentences[name].replaceAll(/\{\{(\w+)\}\}/g, (field, key: string) =>
    String(known[key] ?? field),
  );
  return { detail, said: { name, values: { ...known } } };
}

/** A sentence and after it what an error says, which a page says by its code too. */
export function sayWith(
  { detail, said }: Said,
  { code, message }: { readonly code: ErrorCode; readonly message: string },
): Said {
  return {
    detail: `${detail} ${message}`,
    ...(said && { said: { ...said, error: { code, message } } }),
  };
}

/** What something says, without what else it has. */
export function saidBy({ detail, said }: Said): Said {
  return { detail, said };
}
