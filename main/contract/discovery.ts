/**
 * Finding cameras: what answers on the network by ONVIF, what is plugged in, and the streams that a camera offers.
 */
import { z } from 'zod';
import { CameraId, SourceUrl } from './camera.ts';
import { Size } from './geometry.ts';
import { procedure } from './procedure.ts';

/** A camera that answered on the network. */
export const FoundDevice = z.object({
  /** Address of its ONVIF service, `http://192.168.1.20/onvif/device_service` */
  address: z.string(),
  /** Host of that address, as a person knows it */
  host: z.string(),
  /** As the camera calls itself; its host where it says nothing */
  name: z.string(),
  /** Maker's name of the model; empty where the camera does not say */
  hardware: z.string(),
  /** Camera of this station whose pictures come from the same host; null when there is none */
  cameraId: CameraId.nullable(),
});
export type FoundDevice = z.infer<typeof FoundDevice>;

/** One way in which a camera sends its picture. */
export const FoundStream = z.object({
  /** As the camera calls it */
  name: z.string(),
  /** Address with user and password, as `camera.add` takes it */
  source: SourceUrl,
  /** `H264`, `H265`, `JPEG`; empty where the camera does not say */
  codec: z.string(),
  /** null where the camera does not say */
  picture: Size.nullable(),
  /** Frames per second that it is set to; null where the camera does not say */
  fps: z.number().positive().nullable(),
  /** Whether this is the smallest one that is large enough to count on; true for exactly one stream */
  isBest: z.boolean(),
});
export type FoundStream = z.infer<typeof FoundStream>;

/** A camera at a USB port. */
export const UsbCamera = z.object({
  /** `usb:/dev/v4l/by-id/…`: the same after every start, whatever else is plugged in */
  source: SourceUrl,
  name: z.string(),
  /** False where the system gives it no name of its own: its address may then change with the order of plugging in */
  isStable: z.boolean(),
  /** Camera of this station that has it; null when none has */
  cameraId: CameraId.nullable(),
});
export type UsbCamera = z.infer<typeof UsbCamera>;

export const discoveryProcedures = {
  'discovery.network': procedure({
    kind: 'command',
    route: 'POST /discovery/network',
    role: 'admin',
    summary: 'Asks the network for cameras by ONVIF and lists those that answer',
    input: z.object({
      /** How long to wait for answers, s */
      seconds: z.number().min(1).max(15).default(4),
    }),
    output: z.array(FoundDevice),
  }),
  'discovery.streams': procedure({
    kind: 'command',
    route: 'POST /discovery/streams',
    role: 'admin',
    summary: 'Lists the streams of a camera with ONVIF, with the address of each',
    input: z.object({
      /** Address of its ONVIF service, or its host alone */
      address: z.string().trim().min(1).max(300),
      user: z.string().max(100).default(''),
      password: z.string().max(200).default(''),
    }),
    output: z.object({
      /** Maker and model; empty where the camera does not say */
      name: z.string(),
      streams: z.array(FoundStream).min(1),
    }),
  }),
  'discovery.usb': procedure({
    kind: 'query',
    route: 'GET /discovery/usb',
    role: 'admin',
    summary: 'Lists the cameras at the USB ports of this PC',
    input: z.object({}),
    output: z.array(UsbCamera),
  }),
};
