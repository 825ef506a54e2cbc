/**
 * Names of the ring's files: each says everything that the index knows about it, so that the index can be made again.
 *
 *   gate-cam/2026-11-27/1795763412000-1795763422040-h264-m.ts        finished; `m` masked, `c` clear
 *   gate-cam/2026-11-27/1795763422040-h264-m.4711.part               being written by process 4711
 */
import { CameraId } from '#contract/camera.ts';
import { type Segment, SegmentCodec } from '#contract/recording.ts';

export interface SegmentStart {
  readonly cameraId: CameraId;
  /** Unix time in ms of the first picture */
  readonly from: number;
  readonly codec: SegmentCodec;
  readonly isMasked: boolean;
}

/** A file that is being written, or was when its process ended. */
export interface PartFile extends SegmentStart {
  readonly pid: number;
}

/** Path of a finished file below the folder of recordings. */
export function segmentFile(start: SegmentStart, to: number): string {
  return `${folderOf(start)}/${String(start.from)}-${String(to)}-${formOf(start)}.ts`;
}

export function partFile(start: SegmentStart, pid: number): string {
  return `${folderOf(start)}/${String(start.from)}-${formOf(start)}.${String(pid)}.part`;
}

/** What the path of a finished file says; null when it is none of ours. */
export function parseSegmentFile(file: string): Omit<Segment, 'bytes'> | null {
  const match = /^([^/]+)\/[\d-]+\/(\d+)-(\d+)-(\w+)-([mc])\.ts$/.exec(file);
  const start = startOf(match?.[1], match?.[2], match?.slice(4, 6) ?? []);
  const to = Number(match?.[3]);
  return start && to >= start.from ? { ...start, to, file } : null;
}

/** What the path of an unfinished file says; null when it is none of ours. */
export function parsePartFile(file: string): PartFile | null {
  const match = /^([^/]+)\/[\d-]+\/(\d+)-(\w+)-([mc])\.(\d+)\.part$/.exec(file);
  const start = startOf(match?.[1], match?.[2], match?.slice(3, 5) ?? []);
  return start && { ...start, pid: Number(match?.[5]) };
}

function startOf(
  camera: string | undefined,
  from: string | undefined,
  [codec, form]: readonly (string | undefined)[],
): SegmentStart | null {
  const cameraId = CameraId.safeParse(camera);
  const known = SegmentCodec.safeParse(codec);
  if (!cameraId.success || !known.success || from === undefined) return null;
  return {
    cameraId: cameraId.data,
    from: Number(from),
    codec: known.data,
    isMasked: form === 'm',
  };
}

function folderOf({ cameraId, from }: SegmentStart): string {
  return `${cameraId}/${new Date(from).toISOString().slice(0, 10)}`;
}

function formOf({ codec, isMasked }: SegmentStart): string {
  return `${codec}-${isMasked ? 'm' : 'c'}`;
}
