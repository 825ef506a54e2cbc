/**
 * Command line over the same door: serve, replay, models, call and the rest of main/server/cli-program.ts.
 */
import path from 'node:path';
import { createProgram } from '#server/cli-program.ts';
import { reportAndExit } from '#server/report-error.ts';

// A reader that has seen enough, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', () => process.exit(0));

try {
  await createProgram(path.join(import.meta.dirname, 'workers')).parseAsync();
} catch (error) {
  reportAndExit(error);
}
