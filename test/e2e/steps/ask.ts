/**
 * Asks a headless station over its API, as a program does.
 */
import type { InputOf, CallName, OutputOf } from '#contract/procedures.ts';

export async function ask<N extends CallName>(
  url: string,
  name: N,
  input: InputOf<N>,
): Promise<OutputOf<N>> {
  const answer = await fetch(new URL(`/api/v1/call/${name}`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(body)}`);
  return body as OutputOf<N>;
}
