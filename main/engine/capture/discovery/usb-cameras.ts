/**
 * Lists the cameras at the USB ports, each by the address that stays the same.
 */
import { readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { UsbCamera } from '#contract/discovery.ts';
import { StationError } from '#contract/error.ts';
import { runToEnd } from '#engine/capture/ffmpeg-process.ts';
import type { FfmpegTools } from '#engine/capture/ffmpeg-locate.ts';

export type PluggedCamera = Omit<UsbCamera, 'cameraId'>;

export interface UsbOptions {
  readonly platform: NodeJS.Platform;
  readonly ffmpeg: () => Promise<FfmpegTools>;
  /** Mark of the processes, by which orphans are found */
  readonly owner: string;
  /** Root of the file system; another one in tests */
  readonly root?: string;
}

const listMs = 10_000;

/** What is plugged in now. @throws StationError CAM_004 on a system whose cameras are not read, CAM_005 without ffmpeg */
export async function listUsbCameras(options: UsbOptions): Promise<PluggedCamera[]> {
  if (options.platform === 'linux') return listVideoDevices(options.root ?? '/');
  if (options.platform === 'win32') return listDirectShow(options);
  throw new StationError(
    'CAM_004',
    'USB cameras are read on Linux and Windows only; use a network camera here.',
  );
}

/**
 * Video4Linux: `/sys/class/video4linux/video2/{name,index}` says what it is (the first node of a camera has index 0, the
 * others carry no picture); links in `/dev/v4l/by-id` and `by-path` say it by serial number and by port.
 */
async function listVideoDevices(root: string): Promise<PluggedCamera[]> {
  const folder = path.join(root, 'sys/class/video4linux');
  const nodes = (await readdir(folder).catch(() => [])).filter((name) => /^video\d+$/.test(name));
  const links = [
    ...(await linksIn(root, 'dev/v4l/by-id')),
    ...(await linksIn(root, 'dev/v4l/by-path')),
  ];
  const cameras: PluggedCamera[] = [];
  for (const node of nodes.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
    const index = await textOf(path.join(folder, node, 'index'));
    if (index !== '0') continue;
    const name = await textOf(path.join(folder, node, 'name'));
    const link = links.find((each) => each.node === node);
    cameras.push({
      source: `usb:${link?.file ?? `/dev/${node}`}`,
      name: name === '' ? node : name,
      isStable: link !== undefined,
    });
  }
  return cameras;
}

interface Link {
  readonly file: string;
  /** `video2` */
  readonly node: string;
}

async function linksIn(root: string, folder: string): Promise<Link[]> {
  const names = await readdir(path.join(root, folder)).catch(() => []);
  const links: Link[] = [];
  for (const name of names.sort()) {
    const target = await realpath(path.join(root, folder, name)).catch(() => null);
    if (target !== null) links.push({ file: `/${folder}/${name}`, node: path.basename(target) });
  }
  return links;
}

async function textOf(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim();
}

async function listDirectShow({ ffmpeg, owner }: UsbOptions): Promise<PluggedCamera[]> {
  const { path: program } = await ffmpeg();
  const args = ['-hide_banner', '-list_devices', 'true', '-f', 'dshow', '-i', 'dummy'];
  const run = { path: program, args, owner, clean: (text: string) => text };
  return readDirectShow((await runToEnd(run, listMs)).lines);
}

/**
 * ffmpeg's list: a line `"HD Webcam" (video)`, and under it `Alternative name "@device_pnp_…"`, which names the port and
 * the serial number.
 */
export function readDirectShow(lines: readonly string[]): PluggedCamera[] {
  const cameras: PluggedCamera[] = [];
  let isOurs = false;
  for (const line of lines) {
    const device = /"([^"]+)" \((video|audio|none)\)/.exec(line);
    if (device !== null) {
      const [, name = '', kind] = device;
      isOurs = kind === 'video';
      if (isOurs) cameras.push({ source: `usb:${name}`, name, isStable: false });
      continue;
    }
    const other = /Alternative name "(@device_pnp_[^"]+)"/.exec(line)?.[1];
    const last = cameras.at(-1);
    if (!isOurs || other === undefined || last === undefined) continue;
    cameras[cameras.length - 1] = { ...last, source: `usb:${other}`, isStable: true };
  }
  return cameras;
}
