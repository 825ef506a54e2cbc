/**
 * What is plugged in gets the address that stays the same.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listUsbCameras, readDirectShow } from '#engine/capture/discovery/usb-cameras.ts';
import { parseSource } from '#engine/capture/source.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-usb-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const noFfmpeg = () => Promise.reject(new Error('not asked for here'));
const list = () => listUsbCameras({ platform: 'linux', ffmpeg: noFfmpeg, owner: 'test', root });

function plug(node: string, device: { name: string; index: number; link?: string }): void {
  const folder = path.join(root, 'sys/class/video4linux', node);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'name'), `${device.name}\n`);
  writeFileSync(path.join(folder, 'index'), `${String(device.index)}\n`);
  mkdirSync(path.join(root, 'dev'), { recursive: true });
  writeFileSync(path.join(root, 'dev', node), '');
  if (device.link === undefined) return;
  const link = path.join(root, 'dev/v4l', device.link);
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(path.join(root, 'dev', node), link);
}

describe('on Linux', () => {
  it('nothing is plugged in', async () => {
    expect(await list()).toEqual([]);
  });

  it('a camera is named by its serial number, else its port, else its order', async () => {
    plug('video10', { name: 'Third', index: 0 });
    plug('video0', { name: 'First', index: 0, link: 'by-id/usb-Acme_77-video-index0' });
    plug('video1', { name: 'First', index: 1, link: 'by-id/usb-Acme_77-video-index1' });
    plug('video2', {
      name: 'Second',
      index: 0,
      link: 'by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0',
    });
    const found = await list();
    expect(found).toEqual([
      { source: 'usb:/dev/v4l/by-id/usb-Acme_77-video-index0', name: 'First', isStable: true },
      {
        ...{ name: 'Second', isStable: true },
        source: 'usb:/dev/v4l/by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0',
      },
      { source: 'usb:/dev/video10', name: 'Third', isStable: false },
    ]);
    for (const { source } of found) expect(parseSource(source, 'linux').kind).toBe('usb');
  });
});

describe('on Windows', () => {
  it('a camera is named by its port and serial number, and a microphone is none', () => {
    const lines = [
      '[dshow @ 0000] "HD Webcam" (video)',
      String.raw`[dshow @ 0000]   Alternative name "@device_pnp_\\?\usb#vid_046d&pid_0825#6&1#{65e8773d}\global"`,
      '[dshow @ 0000] "Screen" (video)',
      '[dshow @ 0000] "Microphone" (audio)',
      String.raw`[dshow @ 0000]   Alternative name "@device_cm_{33D9A762}\wave_{9}"`,
    ];
    const found = readDirectShow(lines);
    expect(found).toEqual([
      {
        ...{ name: 'HD Webcam', isStable: true },
        source: String.raw`usb:@device_pnp_\\?\usb#vid_046d&pid_0825#6&1#{65e8773d}\global`,
      },
      { source: 'usb:Screen', name: 'Screen', isStable: false },
    ]);
    for (const { source } of found) expect(parseSource(source, 'win32').kind).toBe('usb');
  });
});
