/**
 * What every view is made of, in one place: the station's hooks, the shared components, the pure parts.
 */
export * from '../api/alert-queries.ts';
export * from '../api/first-run.ts';
export * from '../api/keeping-queries.ts';
export * from '../api/model-queries.ts';
export * from '../api/queries.ts';
export * from '../api/zone-queries.ts';
export * from '../api/session.ts';
export * from '../api/station-context.tsx';
export * from '../api/answer.ts';
export * from '../components/allowed.tsx';
export * from '../components/confirm.tsx';
export * from '../components/page.tsx';
export * from '../components/shortcuts.ts';
export * from '../components/state-chip.tsx';
export * from '../components/states.tsx';
export * from '../components/use-age.ts';
export { alarm } from '../components/use-alert-notices.ts';
export * from '../components/use-formats.ts';
export * from '../components/use-fresh.ts';
export * from '../components/use-page-visible.ts';
export * from '../components/use-route.ts';
export * from '../components/use-size.ts';
export * from '../lib/cell.ts';
export * from '../lib/flow-ends.ts';
export * from '../lib/grid-layout.ts';
export * from '../lib/ledger.ts';
export * from '../lib/line-draft.ts';
export * from '../lib/line-geometry.ts';
export * from '../lib/overlay-buffer.ts';
export * from '../lib/paint-loop.ts';
export * from '../lib/preprocess-words.ts';
export * from '../lib/route.ts';
export * from '../lib/source.ts';
export * from '../lib/tile-status.ts';
export * from '../lib/zone-geometry.ts';
export * from '../lib/truth.ts';
