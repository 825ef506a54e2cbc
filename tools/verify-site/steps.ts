/**
 * What `npm run verify:site` does, one step after the other, and how each is judged by what its program wrote.
 */
import { z } from 'zod';
import { DoctorCheck } from '#contract/doctor.ts';
import { DrillReport } from '#contract/drill.ts';
import { TuningView } from '#contract/execution.ts';

/** `skipped` says why; nothing is failed by a step that could not run here. */
export type Outcome = 'passed' | 'failed' | 'skipped';

export interface StepResult {
  readonly name: string;
  readonly outcome: Outcome;
  /** A sentence for whoever reads the report first */
  readonly summary: string;
  readonly seconds: number;
  /** What the program wrote, as it is */
  readonly data: unknown;
}

export type Judged = Pick<StepResult, 'outcome' | 'summary' | 'data'>;

const Suite: z.ZodType<Suite> = z.lazy(() =>
  z.object({
    suites: z.array(Suite).default([]),
    specs: z
      .array(
        z.object({
          title: z.string(),
          file: z.string(),
          tests: z.array(
            z.object({
              projectName: z.string(),
              status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
              results: z.array(
                z.object({
                  duration: z.number(),
                  error: z.object({ message: z.string() }).optional(),
                }),
              ),
            }),
          ),
        }),
      )
      .default([]),
  }),
);
interface Suite {
  readonly suites: readonly Suite[];
  readonly specs: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly results: readonly { duration: number; error?: { message: string } | undefined }[];
    }[];
  }[];
}
const PlaywrightReport = z.object({ suites: z.array(Suite), errors: z.array(z.unknown()) });

/** Judges the tests by Playwright's JSON report. Pure. */
export function judgeTests(text: string, drove: string): Judged {
  const report = PlaywrightReport.parse(JSON.parse(text));
  const tests = report.suites.flatMap(testsOf);
  const count = (outcome: Outcome): number =>
    tests.filter((test) => test.outcome === outcome).length;
  const isGood = count('failed') === 0 && count('passed') > 0 && report.errors.length === 0;
  return {
    outcome: isGood ? 'passed' : 'failed',
    summary: `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped; ${drove}`,
    data: { tests, errors: report.errors },
  };
}

type Test = Suite['specs'][number]['tests'][number];

interface TestResult {
  readonly test: string;
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly error?: string;
}

function testsOf(suite: Suite): TestResult[] {
  const outcomes: Record<Test['status'], Outcome> = {
    ...({ expected: 'passed', flaky: 'passed' } as const),
    ...({ unexpected: 'failed', skipped: 'skipped' } as const),
  };
  const own = suite.specs.flatMap(({ title, file, tests }) =>
    tests.map(({ status, results }): TestResult => {
      const error = results.find((result) => result.error !== undefined)?.error?.message;
      const ms = results.reduce((sum, { duration }) => sum + duration, 0);
      return {
        test: `${file}: ${title}`,
        outcome: outcomes[status],
        seconds: Math.round(ms / 100) / 10,
        ...(error === undefined ? {} : { error }),
      };
    }),
  );
  return [...own, ...suite.suites.flatMap(testsOf)];
}

/** Judges the self-test by what `doctor --json` prints. Pure. */
export function judgeDoctor(text: string): Judged {
  const { checks } = z.object({ checks: z.array(DoctorCheck) }).parse(JSON.parse(text));
  const failed = checks.filter(({ state }) => state === 'failed');
  const providers = checks.find(({ name }) => name === 'providers')?.detail ?? '';
  return {
    outcome: failed.length === 0 ? 'passed' : 'failed',
    summary: [providers, ...failed.map(({ name, detail }) => `${name}: ${detail}`)].join(' '),
    data: checks,
  };
}

/** Judges the measurement by what `models tune --json` prints. Pure. */
export function judgeTuning(text: string): Judged {
  const tuning = TuningView.parse(JSON.parse(text));
  const { machine, pictures, trials, order, reason } = tuning;
  const used = order.map(({ provider }) => provider).join(', then ');
  return {
    outcome: trials.some(({ outcome }) => outcome === 'agrees') ? 'passed' : 'failed',
    summary: `${machine.processor}, ${String(pictures)} pictures, ${String(trials.length)} ways tried: ${used}. ${reason}`,
    data: tuning,
  };
}

/** Judges the drill by what `drill --json` prints. Pure. */
export function judgeDrill(text: string): Judged {
  const report = DrillReport.parse(JSON.parse(text));
  const failed = report.exercises.filter(({ state }) => state === 'failed');
  const well = report.exercises.length - failed.length;
  return {
    outcome: report.isPassed ? 'passed' : 'failed',
    summary: [
      `${String(well)} of ${String(report.exercises.length)} exercises recovered.`,
      ...failed.map(({ name, detail }) => `${name}: ${detail}`),
    ].join(' '),
    data: report,
  };
}
