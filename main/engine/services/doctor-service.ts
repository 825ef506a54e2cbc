/**
 * The self-test as a procedure. It starts processes and counts a clip, so everybody who asks meanwhile gets the same run.
 */
import { type DoctorDeps, runDoctor } from '../doctor.ts';
import type { Handlers } from '../router.ts';

type Progress = (share: number, text: string) => void;

export function createDoctorService(deps: DoctorDeps): Pick<Handlers, 'station.doctor'> {
  let running: ReturnType<typeof runDoctor> | null = null;
  const listeners = new Set<Progress>();

  function run(): ReturnType<typeof runDoctor> {
    running ??= runDoctor(deps, ({ name }, share) => {
      for (const listener of listeners) listener(share, name);
    }).finally(() => {
      running = null;
    });
    return running;
  }

  return {
    'station.doctor': async (_input, { onProgress }) => {
      // A function of its own: two calls may come with the same one.
      const listener: Progress = (share, text) => onProgress(share, text);
      listeners.add(listener);
      try {
        return await run();
      } finally {
        listeners.delete(listener);
      }
    },
  };
}
