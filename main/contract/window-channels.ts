/**
 * Names and shapes of the messages between a page's preload and the main process.
 */

export const channels = {
  call: 'station:call',
  cancel: 'station:cancel',
  progress: 'station:progress',
  listen: 'station:listen',
  unlisten: 'station:unlisten',
  event: 'station:event',
  openPreview: 'station:open-preview',
  previewPort: 'station:preview-port',
} as const;

/** What a preload sends on `channels.call`. */
export interface CallMessage {
  /** Number of the call within its page, for progress and cancelling */
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}
