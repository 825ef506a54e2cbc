/**
 * A thread that does nothing but `session.run` for a while, then says how often and how long. It lets go of the outputs at
 * once as we do, so that collecting them is in neither figure.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { releaseOutputs } from '#engine/inference/output-memory.ts';

const { file, width, height, warmUpRuns, measureMs } = workerData as {
  file: string;
  width: number;
  height: number;
  warmUpRuns: number;
  measureMs: number;
};

const session = await ort.InferenceSession.create(file, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const name = session.inputNames[0] ?? 'images';
const pixels = new Float32Array(3 * width * height).fill(114);
const input = new ort.Tensor('float32', pixels, [1, 3, height, width]);
for (let run = 0; run < warmUpRuns; run++) await session.run({ [name]: input });
parentPort?.postMessage('warm');
await new Promise((resolve) => parentPort?.once('message', resolve));

let runs = 0;
const startMs = performance.now();
while (performance.now() - startMs < measureMs) {
  releaseOutputs(await session.run({ [name]: input }));
  runs++;
}
const elapsedMs = performance.now() - startMs;
await session.release();
parentPort?.postMessage({ runs, elapsedMs });
parentPort?.close();
