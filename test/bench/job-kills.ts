/**
 * Kills the station and the worker of a batch job at random, again and again, and proves that the job has the same digest.
 *
 * `npm run -s bench:jobs -- --runs 10 --kills 30 --json`: so many runs that nobody disturbs, then as many kills as wanted.
 * Needs the real clips of `../shared/data`.
 */
import { parseArgs } from 'node:util';
import { type JobOutcome, type JobSpec, killsOf, runJob, runKilledJob } from '#test/killed-job.ts';
import { randomOf } from '#test/random.ts';
import { sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, scratchFolder } from '#test/station-process.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    kills: { type: 'string', default: '30' },
    batch: { type: 'string', default: '32' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const model = sharedPath('models/yolox_nano.onnx');
const clip = sharedPath('videos/mot15_tud-stadtmitte.mp4');
if (model === null || clip === null) {
  console.error(sharedMissing);
  process.exit(1);
}
const spec: JobSpec = { clips: [clip], model, batch: Number(values.batch) };
const outcomes: JobOutcome[] = [];
const note = (outcome: JobOutcome): void => {
  outcomes.push(outcome);
  process.stderr.write(`${String(outcomes.length)}: ${String(outcome.digest)}\n`);
};
const plan = {
  random: randomOf(`job kills ${values.seed}`).even,
  kills: Number(values.kills),
  done: { station: 0, worker: 0 },
};
let killedJobs = 0;
try {
  for (let run = 0; run < Number(values.runs); run++) note(await runJob(spec, scratchFolder()));
  while (killsOf(plan.done) < plan.kills) {
    killedJobs++;
    note(await runKilledJob(spec, scratchFolder(), plan));
    process.stderr.write(`${String(killsOf(plan.done))} kills\n`);
  }
} finally {
  cleanUp();
}
const results = [...new Set(outcomes.map((outcome) => JSON.stringify(outcome)))];
const facts = {
  ...{ undisturbed: Number(values.runs), killedJobs, kills: plan.done },
  ...{ crossings: outcomes[0]?.crossings, digest: outcomes[0]?.digest, results: results.length },
};
console.log(
  values.json
    ? JSON.stringify(facts)
    : `${String(facts.undisturbed)} runs, ${String(killedJobs)} more with ${JSON.stringify(plan.done)} kills: ${String(results.length)} result`,
);
process.exitCode = results.length === 1 ? 0 : 1;
