/**
 * The pure parts of the page, for its unit tests: the one place that reaches into `renderer/`, which has no entry in
 * the package's imports of its own.
 */
export * from '../../renderer/api/event-channel.ts';
export * from '../../renderer/api/http-link.ts';
export * from '../../renderer/api/ledger-store.ts';
export * from '../../renderer/api/preview-hub.ts';
export * from '../../renderer/api/window-link.ts';
export * from '../../renderer/lib/age.ts';
export * from '../../renderer/lib/clock-offset.ts';
export * from '../../renderer/lib/day.ts';
export * from '../../renderer/lib/event-stream-parser.ts';
export * from '../../renderer/lib/flow-ends.ts';
export * from '../../renderer/lib/grid-layout.ts';
export * from '../../renderer/lib/ledger.ts';
export * from '../../renderer/lib/line-draft.ts';
export * from '../../renderer/lib/line-geometry.ts';
export * from '../../renderer/lib/overlay-buffer.ts';
export * from '../../renderer/lib/pace.ts';
export * from '../../renderer/lib/paint-loop.ts';
export * from '../../renderer/lib/recorded-day.ts';
export * from '../../renderer/lib/route.ts';
export * from '../../renderer/lib/source.ts';
export * from '../../renderer/lib/tile-status.ts';
export * from '../../renderer/lib/zone-geometry.ts';
export * from '../../renderer/lib/truth.ts';
