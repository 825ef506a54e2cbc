/**
 * Live pictures of one camera as MJPEG, which every browser and video tool shows without a script.
 */
import { decodePreview } from '#contract/preview.ts';
import type { Identity } from '#engine/access/access.ts';
import { onRightsLost } from '#engine/create-door.ts';
import type { Station } from '#engine/station.ts';

const boundary = 'tallywatch-picture';
/** Pictures that wait for a slow reader; newer ones are left out meanwhile */
const maxWaiting = 2;

export interface MjpegRequest {
  readonly cameraId: string;
  /** Widest picture that is useful, px */
  readonly width: number;
  readonly fps: number;
}

/** @throws StationError ACC_001, ACC_002 or REQ_001 as the stream of the preview */
export function streamMjpeg(station: Station, identity: Identity, request: MjpegRequest): Response {
  const closing: (() => void)[] = [];
  const close = (): void => {
    for (const end of closing.splice(0)) end();
  };
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const end = (): void => {
    close();
    controller?.close();
    controller = null;
  };
  const stream = station.router.open(
    'preview.watch',
    { tiles: [{ tile: 0, ...request }] },
    {
      caller: identity.caller(),
      sink: {
        onBytes(bytes) {
          const picture = decodePreview(bytes);
          if (picture === null || controller === null || (controller.desiredSize ?? 0) <= 0) return;
          const { jpeg, capturedAt } = picture;
          const head = `--${boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: ${String(jpeg.byteLength)}\r\nX-Captured-At: ${new Date(capturedAt).toISOString()}\r\n\r\n`;
          controller.enqueue(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]));
        },
        onClosed: end,
      },
    },
  );
  closing.push(() => stream.close(), onRightsLost({ identity, access: station.access }, end));
  const body = new ReadableStream<Uint8Array>(
    { start: (started) => void (controller = started), cancel: close },
    { highWaterMark: maxWaiting },
  );
  return new Response(body, {
    headers: {
      'content-type': `multipart/x-mixed-replace; boundary=${boundary}`,
      'cache-control': 'no-store',
    },
  });
}
