/**
 * Keeps somebody who may see some cameras from asking for the others, and the others out of every answer.
 *
 * Requests and answers name a camera as `cameraId`; a camera's own procedures name it as `id`.
 */
import type { Topic } from '#contract/events.ts';

type Cameras = readonly string[];

/** The first camera in a request that is not among `cameras`; null when there is none. */
export function foreignCamera(name: string, input: unknown, cameras: Cameras): string | null {
  return camerasIn(name, input).find((id) => !cameras.includes(id)) ?? null;
}

/** Whether a request names the cameras that it is about. A command that does not might change any. */
export function namesCamera(name: string, input: unknown): boolean {
  return camerasIn(name, input).length > 0;
}

/** An answer without the entries of other cameras. */
export function withoutForeign(name: string, output: unknown, cameras: Cameras): unknown {
  const clean = (value: unknown, noun: string): unknown => {
    if (Array.isArray(value)) {
      return value
        .filter((entry) => foreignCamera(noun, shallow(entry), cameras) === null)
        .map((entry) => clean(entry, ''));
    }
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner, '')]));
  };
  return clean(output, name);
}

/** Whether somebody who sees `cameras` hears this event. */
export function hearsEvent(topic: Topic, event: unknown, cameras: Cameras): boolean {
  const noun = topic.startsWith('camera') ? 'camera.event' : topic;
  return foreignCamera(noun, shallow(event), cameras) === null;
}

/** Ids of cameras at the top of a value, and in the list of tiles of a request for pictures. */
function camerasIn(name: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  const own = name.startsWith('camera.') ? [fields['id']] : [];
  const tiles = Array.isArray(fields['tiles']) ? (fields['tiles'] as unknown[]) : [];
  return [
    ...own,
    fields['cameraId'],
    ...tiles.map((tile) => (tile as Record<string, unknown> | null)?.['cameraId']),
  ].filter((id) => typeof id === 'string');
}

/** Lists inside an entry are judged entry by entry, not with it. */
function shallow(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !Array.isArray(inner)));
}
