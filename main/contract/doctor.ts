/**
 * The self-test of an installation: a line per check, with what to do where one fails.
 */
import { z } from 'zod';
import { ErrorCode } from './error.ts';
import { procedure } from './procedure.ts';

export const DoctorCheck = z.object({
  name: z.enum(['ffmpeg', 'providers', 'disk', 'clock', 'database', 'model', 'counting']),
  state: z.enum(['passed', 'failed', 'skipped']),
  /** What was found, or what to do */
  detail: z.string(),
  code: ErrorCode.nullable(),
  /** How long the check took */
  tookMs: z.number().nonnegative(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

export const doctorProcedures = {
  'station.doctor': procedure({
    kind: 'command',
    route: 'POST /station/doctor',
    role: 'operator',
    summary: 'Tests this installation, with one simulated minute counted against its truth',
    input: z.object({}),
    output: z.array(DoctorCheck),
  }),
};
