/**
 * Tries an engine against the protocol, one check after the other, so that whoever wrote it sees what is wrong.
 */
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import { createPostprocessor } from '#engine/inference/postprocess.ts';
import type { Fit } from '#engine/inference/fit.ts';
import { greyInput } from '#engine/inference/grey-input.ts';
import type { Outputs } from '#engine/inference/head.ts';
import { startEngine, type EngineInput, type EngineProcess } from './engine-process.ts';
import { inputShape } from './input-shape.ts';
import type { LocatedEngine } from './model-files.ts';

export interface ConformanceCheck {
  readonly name: string;
  readonly isPassed: boolean;
  /** What was found, or what is wrong and how to mend it */
  readonly detail: string;
}

export interface ConformanceOptions {
  readonly engine: LocatedEngine;
  readonly enginesFolder: string;
}

const limitMs = 30_000;
const endLimitMs = 3_000;
/** Two runs of one picture may differ by rounding on a graphics card. */
const tolerance = 1e-3;
const wholeInput: Fit = { left: 0, top: 0, width: 1, height: 1 };

/** Runs all checks; those after a failed handshake are left out. Never throws for what the engine does. */
export async function checkConformance(options: ConformanceOptions): Promise<ConformanceCheck[]> {
  const checks: ConformanceCheck[] = [];
  async function check(name: string, work: () => Promise<string>): Promise<boolean> {
    try {
      checks.push({ name, isPassed: true, detail: await work() });
      return true;
    } catch (error) {
      checks.push({ name, isPassed: false, detail: StationError.from(error, 'INF_004').message });
      return false;
    }
  }

  const started: { process: EngineProcess | null } = { process: null };
  await check('handshake', async () => {
    started.process = await startEngine(options);
    const { engine, device, card } = started.process.ready;
    return `${engine} on ${device}: ${card.name} ${card.version}, head ${card.head}`;
  });
  const { process } = started;
  if (process === null) return checks;
  const { card, batchSize } = process.ready;
  const count = batchSize ?? 1;

  await check('health', async () => {
    await process.checkHealth(limitMs);
    return 'it says that it is well';
  });
  let first: Outputs | null = null;
  await check('grey picture', async () => {
    first = await process.infer(greyQuestion(card, count), limitMs);
    return `${describe(first)}; ${read(card, first, count)}`;
  });
  await check('same picture, same answer', async () => {
    const second = await process.infer(greyQuestion(card, count), limitMs);
    if (first === null) throw fault('the first picture was not answered');
    compare(first, second);
    return `outputs agree within ${String(tolerance)}`;
  });
  if (batchSize === null) {
    await check('two pictures', async () => {
      const outputs = await process.infer(greyQuestion(card, 2), limitMs);
      return `${describe(outputs)}; ${read(card, outputs, 2)}`;
    });
  }
  await check('two questions at once', async () => {
    const input = greyQuestion(card, count);
    const both = await Promise.all([process.infer(input, limitMs), process.infer(input, limitMs)]);
    both.forEach((outputs) => read(card, outputs, count));
    return 'answered in their order';
  });
  await check('end', async () => {
    const startedMs = performance.now();
    await process.close();
    const ms = Math.round(performance.now() - startedMs);
    if (ms >= endLimitMs)
      throw fault('it did not end when its stdin was closed and had to be killed');
    return `ended ${String(ms)} ms after its stdin was closed`;
  });
  return checks;
}

function greyQuestion(card: ModelCard, count: number): EngineInput {
  const data = greyInput(card, count);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { ...inputShape(card, count), bytes };
}

/** Reads the outputs as the station will. Throws MODEL_003 or INF_004 when they are not what the card says. */
function read(card: ModelCard, outputs: Outputs, count: number): string {
  const reader = createPostprocessor(card);
  const found = Array.from({ length: count }, (_, index) =>
    reader.toDetections(outputs, index, wholeInput),
  );
  return `${String(found.flat().length)} detections on grey`;
}

function describe(outputs: Outputs): string {
  return Object.entries(outputs)
    .map(([name, { dims }]) => `${name} [${dims.join(', ')}]`)
    .join(', ');
}

function compare(a: Outputs, b: Outputs): void {
  for (const [name, { data, dims }] of Object.entries(a)) {
    const other = b[name];
    if (other?.dims.join() !== dims.join()) throw fault(`output ${name} changed its shape`);
    const differs = data.findIndex(
      (value, index) =>
        Math.abs(value - (other.data[index] ?? NaN)) > tolerance * Math.max(1, Math.abs(value)),
    );
    if (differs >= 0)
      throw fault(
        `number ${String(differs)} of output ${name} was ${String(data[differs])}, then ${String(other.data[differs])}`,
      );
  }
}

function fault(detail: string): StationError {
  return new StationError('INF_004', detail);
}
