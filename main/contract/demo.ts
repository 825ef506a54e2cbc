/**
 * The demonstration site: simulated cameras that know how many people really crossed, and the counts beside that truth.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { LineId } from './counting.ts';
import { procedure } from './procedure.ts';

/** What was counted and what is true of one line, between the same two Unix times in ms. */
export const TruthComparison = z.object({
  lineId: LineId,
  from: z.number().int(),
  to: z.number().int(),
  counted: z.object({ in: z.number().int(), out: z.number().int() }),
  truth: z.object({ in: z.number().int(), out: z.number().int() }),
});
export type TruthComparison = z.infer<typeof TruthComparison>;

export const demoProcedures = {
  'demo.get': procedure({
    kind: 'query',
    route: 'GET /demo',
    role: 'viewer',
    summary: 'Names the cameras of the demonstration site that are still there',
    input: z.object({}),
    output: z.object({ cameras: z.array(CameraId) }),
  }),
  'demo.remove': procedure({
    kind: 'command',
    route: 'DELETE /demo',
    role: 'admin',
    summary: 'Removes the cameras of the demonstration site; it does not come back',
    input: z.object({}),
    output: z.object({}),
  }),
  'truth.get': procedure({
    kind: 'query',
    route: 'GET /cameras/{cameraId}/truth',
    role: 'viewer',
    summary: 'Compares counts of a simulated camera with the truth that it knows',
    input: z.object({ cameraId: CameraId }),
    output: z.array(TruthComparison),
  }),
};
