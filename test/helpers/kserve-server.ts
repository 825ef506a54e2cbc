/**
 * A real KServe v2 server (MLServer from PyPI) that serves one ONNX file over HTTP and gRPC, for tests.
 *
 * `TALLYWATCH_MLSERVER` names its program; else `mlserver` on PATH. To get it: python3 -m venv v && v/bin/pip install mlserver onnxruntime
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { ModelCard } from '#contract/model.ts';
import { until } from './station-process.ts';
import { endProcess } from './end-process.ts';

const program = process.env['TALLYWATCH_MLSERVER'] ?? 'mlserver';
const startLimitMs = 180_000;

export const hasKserve = spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
export const kserveMissing = hasKserve
  ? 'MLServer'
  : 'needs MLServer: python3 -m venv v && v/bin/pip install mlserver onnxruntime, then TALLYWATCH_MLSERVER=v/bin/mlserver';

export interface KserveServer {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same ports. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startKserve(file: string, card: ModelCard): Promise<KserveServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kserve-'));
  const [http, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
  mkdirSync(path.join(folder, 'model'));
  copyFileSync(
    path.resolve(import.meta.dirname, '../fixtures/kserve/onnx_runtime.py'),
    path.join(folder, 'onnx_runtime.py'),
  );
  writeFileSync(
    path.join(folder, 'settings.json'),
    JSON.stringify({
      ...{ host: '127.0.0.1', http_port: http, grpc_port: grpc, metrics_port: metrics },
      ...{ parallel_workers: 0, debug: false },
    }),
  );
  const { width, height } = card.input;
  writeFileSync(
    path.join(folder, 'model/model-settings.json'),
    JSON.stringify({
      name: 'detector',
      implementation: 'onnx_runtime.OnnxModel',
      inputs: [{ name: 'images', datatype: 'FP32', shape: [1, 3, height, width] }],
      outputs: [{ name: 'output', datatype: 'FP32', shape: [-1] }],
      parameters: { uri: file },
    }),
  );
  const httpUrl = `http://127.0.0.1:${String(http)}`;
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const started = spawn(program, ['start', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONPATH: folder },
    });
    child = started;
    let text = '';
    started.stdout.on('data', (part: Buffer) => (text += part.toString()));
    started.stderr.on('data', (part: Buffer) => (text += part.toString()));
    await until(
      async () => {
        if (started.exitCode !== null) throw new Error(`MLServer ended:\n${text}`);
        const ready = await fetch(`${httpUrl}/v2/models/detector/ready`).catch(() => null);
        return ready?.ok ?? false;
      },
      (isReady) => isReady,
      startLimitMs,
    );
  }

  async function kill(): Promise<void> {
    const ended = child;
    child = null;
    await endProcess(ended);
  }

  await start();
  return {
    httpUrl,
    grpcUrl: `grpc://127.0.0.1:${String(grpc)}`,
    kill,
    start,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
