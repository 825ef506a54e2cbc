/**
 * Live pictures on their way to a view: one binary message per picture, tile number first.
 *
 *   byte 0   1       2            10        14       18 …
 *        │tile│flags │capturedAt  │width    │height  │ JPEG
 *        │u8  │u8    │f64 LE, ms  │u32 LE   │u32 LE  │
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { procedure } from './procedure.ts';

/** Which pictures a view wants. A new request on the same stream replaces the last one. */
export const PreviewRequest = z.object({
  tiles: z
    .array(
      z.object({
        tile: z.number().int().min(0).max(255),
        cameraId: CameraId,
        /** Widest picture that is useful, px */
        width: z.number().int().min(64).max(3840),
        /** Most pictures per second */
        fps: z.number().min(1).max(30),
      }),
    )
    .max(64),
});
export type PreviewRequest = z.infer<typeof PreviewRequest>;

const headerBytes = 18;

export interface PreviewFrame {
  readonly tile: number;
  /** Unix time in ms at which the picture was captured */
  readonly capturedAt: number;
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

/** Packs one picture. */
export function encodePreview(frame: PreviewFrame): Uint8Array {
  const bytes = new Uint8Array(headerBytes + frame.jpeg.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, frame.tile);
  view.setUint8(1, 0);
  view.setFloat64(2, frame.capturedAt, true);
  view.setUint32(10, frame.width, true);
  view.setUint32(14, frame.height, true);
  bytes.set(frame.jpeg, headerBytes);
  return bytes;
}

/** Unpacks one picture; null when the message is too short to be one. */
export function decodePreview(bytes: Uint8Array): PreviewFrame | null {
  if (bytes.byteLength <= headerBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    tile: view.getUint8(0),
    capturedAt: view.getFloat64(2, true),
    width: view.getUint32(10, true),
    height: view.getUint32(14, true),
    jpeg: bytes.subarray(headerBytes),
  };
}

export const previewProcedures = {
  'preview.watch': procedure({
    kind: 'stream',
    route: 'GET /preview',
    role: 'viewer',
    summary: 'Streams live pictures of the asked cameras, each with its tile number',
    input: PreviewRequest,
    output: z.instanceof(Uint8Array),
  }),
};
