/**
 * What the station and an engine say to each other, as the headers of their messages (docs/engines.md).
 *
 *   station                     engine
 *   hello ───────────────────▶
 *         ◀─────────────────── ready {card} or refused {message}
 *   infer + input ───────────▶
 *         ◀─────────────────── result + outputs, or failed {message}
 *   health ──────────────────▶
 *         ◀─────────────────── health {isOk}
 *   end of stdin ────────────▶ it ends
 */
import { z } from 'zod';
import { ModelCard } from '#contract/model.ts';

export const protocolVersion = 1;

export type ToEngine =
  | { readonly kind: 'hello'; readonly protocol: typeof protocolVersion }
  | {
      readonly kind: 'infer';
      readonly id: number;
      readonly input: { readonly dtype: string; readonly dims: readonly number[] };
    }
  | { readonly kind: 'health'; readonly id: number };

export const OutputHeader = z.object({
  name: z.string().min(1),
  dtype: z.enum(['float32', 'float16', 'int64', 'int32', 'uint8']),
  dims: z.array(z.number().int().nonnegative()).max(8),
});
export type OutputHeader = z.infer<typeof OutputHeader>;

export const Ready = z.object({
  kind: z.literal('ready'),
  protocol: z.literal(protocolVersion),
  /** Name and version of the program, for people */
  engine: z.string().min(1).max(200),
  /** Where it computes, for people */
  device: z.string().max(200).default('cpu'),
  /** Pictures that one run takes; null when any number is possible */
  batchSize: z.number().int().positive().max(64).nullable(),
  card: ModelCard,
});
export type Ready = z.infer<typeof Ready>;

const Id = z.number().int().nonnegative();

export const FromEngine = z.discriminatedUnion('kind', [
  Ready,
  z.object({ kind: z.literal('refused'), message: z.string().max(2000) }),
  z.object({ kind: z.literal('result'), id: Id, outputs: z.array(OutputHeader).min(1).max(16) }),
  z.object({ kind: z.literal('failed'), id: Id, message: z.string().max(2000) }),
  z.object({
    kind: z.literal('health'),
    id: Id,
    isOk: z.boolean(),
    message: z.string().max(2000).default(''),
  }),
]);
export type FromEngine = z.infer<typeof FromEngine>;
