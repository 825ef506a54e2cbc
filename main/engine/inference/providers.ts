/**
 * Which execution providers ONNX Runtime lists, and which really compute on this machine.
 */
import { InferenceSession, Tensor, env, listSupportedBackends } from 'onnxruntime-node';
import { StationError } from '#contract/error.ts';
import { systemClock } from '#engine/base/clock.ts';
import { bytesField, joinBytes, numberField } from '#engine/base/protobuf.ts';
import { loadError } from './load-error.ts';

export interface ProviderProbe {
  readonly provider: string;
  readonly works: boolean;
  /** Time to make a session of a tiny network and to run it once, ms */
  readonly startMs: number;
  /** Why it does not work; empty when it does */
  readonly reason: string;
}

/** Names of the providers this build of ONNX Runtime knows. To be listed proves nothing: probe it. */
export function listProviders(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}

/**
 * Makes a session of a tiny network with one provider, forbids it to fall back to the CPU, runs it and checks the result.
 * Call it in a worker process: a broken driver may end the process that asks it.
 */
export async function probeProvider(provider: string): Promise<ProviderProbe> {
  const started = systemClock.monotonicMs();
  try {
    await runTinyNetwork(provider);
    return { provider, works: true, startMs: systemClock.monotonicMs() - started, reason: '' };
  } catch (error) {
    const reason = StationError.from(error, 'SYS_004').message;
    return { provider, works: false, startMs: systemClock.monotonicMs() - started, reason };
  }
}

async function runTinyNetwork(provider: string): Promise<void> {
  env.logLevel = 'fatal';
  const session = await InferenceSession.create(tinyNetwork(), {
    executionProviders: [provider],
    logSeverityLevel: 4,
    extra: { session: provider === 'cpu' ? {} : { disable_cpu_ep_fallback: '1' } },
  }).catch((error: unknown) => {
    throw loadError(error, provider);
  });
  const pixels = Float32Array.of(1, 2, 3, 4);
  const { y } = await session.run({ x: new Tensor('float32', pixels, [1, 1, 2, 2]) });
  const result = y === undefined ? [] : [...(y.data as Float32Array)];
  await session.release();
  const isRight = pixels.every((pixel, at) => Math.abs((result[at] ?? 0) - pixel * WEIGHT) < 0.01);
  if (!isRight) {
    throw new StationError(
      'SYS_004',
      `It computes ${result.join(', ')} where 3, 6, 9, 12 is right.`,
    );
  }
}

const WEIGHT = 3;
const FLOAT = 1;

/** ONNX bytes of y = convolution of x [1, 1, 2, 2] with one weight of 3. Field numbers are those of onnx.proto. */
function tinyNetwork(): Uint8Array {
  const shape = (axes: readonly number[]): Uint8Array =>
    bytesField(
      2,
      axes.map((axis) => bytesField(1, [numberField(1, axis)])),
    );
  const value = (field: number, name: string): Uint8Array =>
    bytesField(field, [
      bytesField(1, name),
      bytesField(2, [bytesField(1, [numberField(1, FLOAT), shape([1, 1, 2, 2])])]),
    ]);
  const weight = bytesField(5, [
    ...[1, 1, 1, 1].map((axis) => numberField(1, axis)),
    numberField(2, FLOAT),
    bytesField(8, 'w'),
    bytesField(9, new Uint8Array(Float32Array.of(WEIGHT).buffer)),
  ]);
  const convolution = bytesField(1, [
    bytesField(1, 'x'),
    bytesField(1, 'w'),
    bytesField(2, 'y'),
    bytesField(4, 'Conv'),
  ]);
  const graph = bytesField(7, [
    convolution,
    bytesField(2, 'probe'),
    weight,
    value(11, 'x'),
    value(12, 'y'),
  ]);
  const opset = bytesField(8, [numberField(2, 13)]);
  return joinBytes([numberField(1, 8), graph, opset]);
}
