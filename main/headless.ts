/**
 * Node entry: flags → host → station → HTTP door.
 */
import { tidyHeap } from '#engine/base/tidy-heap.ts';
import { loadCliConfig } from '#server/cli-config.ts';
import { runHeadless } from '#server/run-headless.ts';
import { reportAndExit } from '#server/report-error.ts';
import path from 'node:path';

tidyHeap();
try {
  const config = loadCliConfig(process.argv.slice(2));
  await runHeadless(config, {
    workersFolder: path.join(import.meta.dirname, 'workers'),
  });
} catch (error) {
  reportAndExit(error);
}
