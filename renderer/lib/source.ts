/**
 * What kind of source an address names, and an example of each.
 */

export const sourceKinds = ['rtsp', 'http', 'usb', 'file', 'simulated'] as const;
export type SourceKind = (typeof sourceKinds)[number];

export const sourceExamples: Record<SourceKind, string> = {
  rtsp: 'rtsp://user:password@192.168.1.20:554/stream1',
  http: 'http://192.168.1.21/video.mjpg',
  usb: 'usb:/dev/video0',
  file: 'file:///C:/clips/gate.mp4',
  simulated: 'simulated://plaza?people=12&seed=7&fps=10',
};

/** The kind of an address; a plain path is a file. Null while nothing is written. */
export function kindOf(source: string): SourceKind | null {
  const text = source.trim().toLowerCase();
  if (text === '') return null;
  if (/^rtsps?:\/\//.test(text)) return 'rtsp';
  if (/^https?:\/\//.test(text)) return 'http';
  if (text.startsWith('usb:')) return 'usb';
  if (text.startsWith('simulated:')) return 'simulated';
  return 'file';
}
