/**
 * Incidents from their beginning to their end: what failed, which steps were taken, what came of them. Values in, values out.
 */
import type { Incident, IncidentKind, RecoveryStep } from '#contract/recovery.ts';

/** An incident with the cameras that it may have cost. */
export interface OpenIncident {
  readonly incident: Incident;
  readonly cameras: readonly string[];
}

export type Beginning = Pick<
  Incident,
  'kind' | 'subject' | 'cameraId' | 'code' | 'cause' | 'said'
> & {
  readonly at: number;
  readonly cameras: readonly string[];
};

export type StepTaken = Omit<RecoveryStep, 'tries'>;

/** More steps than this of one incident say nothing new. */
const mostSteps = 40;

export interface IncidentBook {
  /** Those that last, oldest first. */
  open(): readonly OpenIncident[];
  find(kind: IncidentKind, subject: string): OpenIncident | null;
  /** Begins an incident, or adds cameras to the one that lasts. */
  begin(beginning: Beginning): OpenIncident;
  /** Adds a step; one of the same action that still runs is replaced, and counted as another try. */
  step(open: OpenIncident, step: StepTaken): OpenIncident;
  end(open: OpenIncident, at: number): OpenIncident;
}

export function createIncidentBook(newId: () => string): IncidentBook {
  const known = new Map<string, OpenIncident>();
  const keyOf = (kind: string, subject: string): string => `${kind} ${subject}`;

  function keep(open: OpenIncident): OpenIncident {
    const { kind, subject, to } = open.incident;
    if (to === null) known.set(keyOf(kind, subject), open);
    else known.delete(keyOf(kind, subject));
    return open;
  }

  return {
    open: () => [...known.values()],
    find: (kind, subject) => known.get(keyOf(kind, subject)) ?? null,
    begin({ at, cameras, ...beginning }) {
      const before = known.get(keyOf(beginning.kind, beginning.subject));
      if (before) {
        return keep({ ...before, cameras: [...new Set([...before.cameras, ...cameras])] });
      }
      return keep({
        incident: { ...beginning, id: newId(), from: at, to: null, steps: [] },
        cameras: [...cameras],
      });
    },
    step({ incident, cameras }, step) {
      const last = incident.steps.findLast(({ action }) => action === step.action);
      const isAgain = last?.outcome === 'running';
      const before = isAgain ? incident.steps.filter((each) => each !== last) : incident.steps;
      // The step that ends a try is that try; a new one that begins while it runs is another.
      const tries = isAgain ? last.tries + (step.outcome === 'running' ? 1 : 0) : 1;
      const taken = isAgain ? { ...step, at: last.at, tries } : { ...step, tries };
      return keep({
        incident: { ...incident, steps: [...before, taken].slice(-mostSteps) },
        cameras,
      });
    },
    end({ incident, cameras }, at) {
      return keep({ incident: { ...incident, to: Math.max(at, incident.from) }, cameras });
    },
  };
}
