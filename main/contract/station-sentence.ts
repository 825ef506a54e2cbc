/**
 * What the health tree says: sentences with names and values, so that a page says them in its own language. What an error
 * says is not among them; that has its code.
 */
import { z } from 'zod';

/** In English; `{{name}}` stands for a value. */
export const healthSentences = {
  allWell: 'All is well.',
  notWell: 'Not well: {{names}}.',
  workerIdle: 'It has no camera.',
  workerIdleAgain: 'It has no camera. Restarts: {{restarts}}.',
  workerHas: 'It has {{cameras}}.',
  workerHasAgain: 'It has {{cameras}}. Restarts: {{restarts}}.',
  workerGivenUp:
    'Worker {{worker}} ended too often and is not started again; see the log, then restart the station.',
  workerStarts: 'It starts.',
  workerEnded: 'It has ended.',
  modelCounts: 'It counts.',
  pictures: 'Pictures per second: {{fps}}.',
  connects: 'The station connects to it.',
  frozen: 'Its picture does not change.',
  stalled: 'No picture comes; it is connected anew.',
  switchedOff: 'It is switched off.',
  recordingEnded: 'Its recording has come to its end.',
  noAnswer: 'The check "{{check}}" gave no answer within {{seconds}} s.',
  notLoadedYet: 'No worker has said yet whether it is loaded.',
  countsOn: 'It counts on {{cameras}}.',
  nothingMoved: 'Nothing has moved: no frame had to be looked at.',
  noFrame: 'No frame has come.',
  failedOn: 'It failed on {{failed}} of {{frames}} frames.',
  lookedAt: 'It has looked at {{frames}} frames.',
  noWorker: 'No worker has it.',
  memoryUse: 'Memory in MB: {{use}}.',
  memoryMuch: 'Memory in MB: {{use}}; that is more than half of what this PC has.',
  noGraphics: 'It counts on the processor: there is no graphics memory to look at.',
  notCertified: 'Nobody has counted clips of a line blind that holds for it as it counts now.',
  certified: 'The certificate of "{{line}}" says {{percent}} %.',
  answersWithin: 'It answers within {{ms}} ms.',
  readBack: 'A row was written and read back in {{ms}} ms.',
  notReadBack: 'What was written was not read back.',
  answersKept: 'Answers that are kept: {{count}}.',
  answersInMemory: 'Answers that are kept in memory: {{count}}.',
  redisAway: 'The Redis server at {{where}} is away.',
  filesGood: 'The files of all models are as they were.',
  fileGone: 'The file of {{model}} is not there: put it back or import it again ({{path}}).',
  fileChanged: 'The file of {{model}} is not what was imported: import it again ({{path}}).',
  noCentral: 'No central database is set: this station is counted by itself.',
  centralLacks: 'The central database lacks the last {{minutes}} min, which are being brought.',
  centralWhole: 'The central database has what was counted.',
  tooEarly: 'Its pictures come for less than two minutes.',
  noneLookedAt: 'No frame was looked at in five minutes.',
  latency: '95 of 100 frames take less than {{ms}} ms.',
  noneAskedFor: 'No frame was asked for in five minutes.',
  throughput: '{{percent}} % of the frames asked for were counted in five minutes.',
} as const;

type Sentences = typeof healthSentences;
export type HealthSentenceName = keyof Sentences;

const names = Object.keys(healthSentences) as [HealthSentenceName, ...HealthSentenceName[]];
export const HealthSentence = z.object({
  name: z.enum(names),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type HealthSentence = z.infer<typeof HealthSentence>;

/** A sentence in English, and what a page needs to say it otherwise. */
export interface Said {
  readonly detail: string;
  readonly said?: HealthSentence | undefined;
}

type Fields<Text extends string> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Fields<Rest>
  : never;
type Values<Name extends HealthSentenceName> = Readonly<
  Record<Fields<Sentences[Name]>, string | number>
>;

/** Says a sentence with its values. */
export function say<Name extends HealthSentenceName>(
  name: Name,
  ...[values]: [Fields<Sentences[Name]>] extends [never] ? [] : [values: Values<Name>]
): Said {
  const known: Readonly<Record<string, string | number>> = values ?? {};
  const detail = healthSentences[name].replaceAll(/\{\{(\w+)\}\}/g, (field, key: string) =>
    String(known[key] ?? field),
  );
  return { detail, said: { name, values: { ...known } } };
}

/** What something says, without what else it has. */
export function saidBy({ detail, said }: Said): Said {
  return { detail, said };
}
