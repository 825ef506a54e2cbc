/**
 * Reads the address of a simulated camera: `simulated://plaza?people=12&seed=7&fps=10`.
 */
import { z } from 'zod';
import { StationError } from '#contract/error.ts';

export const SceneName = z.enum(['plaza', 'road']);
export type SceneName = z.infer<typeof SceneName>;

/** What a simulated camera can be told to do wrong. */
export const FaultKind = z.enum(['freeze', 'stall', 'drop', 'corrupt', 'resize', 'disconnect']);
export type FaultKind = z.infer<typeof FaultKind>;

function number(low: number, high: number) {
  const allowed = `a number from ${low} to ${high}`;
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, allowed)
    .transform(Number)
    .pipe(z.number().min(low, allowed).max(high, allowed));
}

function whole(low: number, high: number) {
  return number(low, high).pipe(z.number().int(`a whole number from ${low} to ${high}`));
}

/** Pictures have even sides, as video has. */
function side(low: number, high: number) {
  const allowed = `an even number from ${low} to ${high}`;
  return whole(low, high).pipe(z.number().multipleOf(2, allowed));
}

const flag = z.enum(['0', '1'], 'is 0 or 1').transform((value) => value === '1');

const Parameters = z.strictObject({
  people: whole(0, 60).optional(),
  vehicles: whole(0, 40).optional(),
  seed: whole(0, 4_294_967_295).optional(),
  fps: number(1, 30).optional(),
  width: side(160, 1920).optional(),
  height: side(90, 1080).optional(),
  /** Hour of the day at the first frame */
  hour: number(0, 24).optional(),
  /** How many times faster than real time the daylight moves */
  pace: number(0, 3600).optional(),
  night: flag.optional(),
  rain: flag.optional(),
  /** Strength of the sensor's noise; 1 is usual */
  noise: number(0, 5).optional(),
  /** Length in seconds after which the camera ends; endless without it */
  seconds: number(1, 86_400).optional(),
  fault: FaultKind.optional(),
  /** Second at which the fault begins */
  at: number(0, 86_400).optional(),
  /** Seconds that the fault lasts */
  for: number(0.1, 86_400).optional(),
});

/** All that decides the pictures of a scene: equal options, equal pictures and truth. */
export interface SceneOptions {
  readonly scene: SceneName;
  readonly people: number;
  readonly vehicles: number;
  readonly seed: number;
  /** Frames per second of the camera's own time line */
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  readonly hour: number;
  readonly pace: number;
  readonly isRaining: boolean;
  readonly noise: number;
}

export interface Fault {
  readonly kind: FaultKind;
  readonly atSeconds: number;
  readonly forSeconds: number;
}

export interface SimulatedSource {
  readonly scene: SceneOptions;
  /** null when the scene has no end */
  readonly seconds: number | null;
  readonly fault: Fault | null;
}

const nightHour = 23;
const defaultFault = { atSeconds: 10, forSeconds: 15 };

/** Whether an address is one of a simulated camera. */
export function isSimulated(source: string): boolean {
  return source.trim().toLowerCase().startsWith('simulated:');
}

/**
 * Reads the address. `fps` is used where the address gives none. Throws CAM_004 with the path of the wrong
 * parameter and what is allowed.
 */
export function parseSimulatedUrl(source: string, fps: number): SimulatedSource {
  const url = URL.parse(source.trim());
  if (url?.protocol !== 'simulated:') {
    throw refuse('source', `"${source}" is not an address such as simulated://plaza?people=12`);
  }
  const scene = SceneName.safeParse(url.hostname);
  if (!scene.success || !['', '/'].includes(url.pathname)) {
    throw refuse(
      'source.scene',
      `There is no simulated scene "${url.hostname}${url.pathname}"; use ${SceneName.options.join(' or ')}`,
    );
  }
  const parsed = Parameters.safeParse(Object.fromEntries(url.searchParams));
  if (!parsed.success) throw explain(parsed.error);
  const given = parsed.data;
  if (given.fault === undefined && (given.at !== undefined || given.for !== undefined)) {
    throw refuse('source.fault', `"at" and "for" need a fault: ${FaultKind.options.join(', ')}`);
  }
  const isRoad = scene.data === 'road';

  return {
    scene: {
      scene: scene.data,
      people: given.people ?? (isRoad ? 4 : 12),
      vehicles: isRoad ? (given.vehicles ?? 7) : 0,
      seed: given.seed ?? 1,
      fps: given.fps ?? fps,
      width: given.width ?? 640,
      height: given.height ?? 360,
      hour: given.night === true ? nightHour : (given.hour ?? 11),
      pace: given.pace ?? 1,
      isRaining: given.rain ?? false,
      noise: given.noise ?? 1,
    },
    seconds: given.seconds ?? null,
    fault:
      given.fault === undefined
        ? null
        : {
            kind: given.fault,
            atSeconds: given.at ?? defaultFault.atSeconds,
            forSeconds: given.for ?? defaultFault.forSeconds,
          },
  };
}

function explain(error: z.ZodError): StationError {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    return refuse(
      `source.${name}`,
      `A simulated camera has no parameter "${name}"; it has ${Object.keys(Parameters.shape).join(', ')}`,
    );
  }
  const name = String(issue?.path[0] ?? '');
  return refuse(
    `source.${name}`,
    `"${name}" of a simulated camera: ${issue?.message ?? 'is wrong'}`,
  );
}

function refuse(path: string, message: string): StationError {
  return new StationError('CAM_004', message, { path });
}
