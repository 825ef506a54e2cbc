import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Forks, not threads: ONNX Runtime aborts a process whose thread ends while a run is in flight.
const root = path.resolve(import.meta.dirname, '..');
const project = (name: string, testTimeout: number, extra: object = {}) => ({
  root,
  test: {
    name,
    root,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    pool: 'forks' as const,
    execArgv: ['-r', path.join(root, 'main/require-node.cjs')],
    testTimeout,
    hookTimeout: testTimeout,
    ...extra,
  },
});

export default defineConfig({
  root,
  test: {
    projects: [
      project('unit', 120_000, { include: ['test/unit/**/*.test.{ts,tsx}', 'test/*.test.ts'] }),
      // They wait for processes most of the time; more than two at once would starve each other's stations.
      project('integration', 300_000, { maxWorkers: 2 }),
      // What is killed here must not also be starved by a neighbour.
      project('fault', 600_000, { fileParallelism: false }),
    ],
  },
});
