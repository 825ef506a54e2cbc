/**
 * Figures for Prometheus: what was counted and how the cameras run.
 */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Camera } from '#contract/camera.ts';
import type { Crossing } from '#contract/counting.ts';

export interface StationMetrics {
  crossing(row: Crossing): void;
  /** All figures in Prometheus' text format. */
  text(): Promise<string>;
}

/** `cameras` is asked at each scrape, and `more` for the text of other parts. Crossings are counted from the start of this process, as Prometheus expects. */
export function createStationMetrics(
  cameras: () => readonly Camera[],
  more: () => Promise<string>,
): StationMetrics {
  const registers = [new Registry()];
  const crossings = new Counter({
    name: 'tallywatch_crossings_total',
    help: 'Crossings written to the ledger since the station started',
    labelNames: ['camera', 'line', 'direction'],
    registers,
  });
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['camera'], registers });
  const live = gauge('tallywatch_camera_live', 'Whether frames of the camera arrive, 1 or 0');
  const captured = gauge('tallywatch_camera_captured_fps', 'Frames read per second');
  const inferred = gauge('tallywatch_camera_inferred_fps', 'Frames analysed per second');
  const late = gauge('tallywatch_camera_late', 'Frames too old when their turn for inference came');
  const standIn = gauge(
    'tallywatch_camera_stand_in',
    'Whether another model counts than should, 1 or 0; 2 when none can',
  );
  const dropped = gauge('tallywatch_camera_dropped', 'Frames replaced by newer ones');

  return {
    crossing: ({ cameraId, lineId, direction }) =>
      crossings.inc({ camera: cameraId, line: lineId, direction }),
    text: async () => {
      for (const family of [live, captured, inferred, dropped, late, standIn]) family.reset();
      for (const camera of cameras()) {
        const labels = { camera: camera.id };
        live.set(labels, camera.capture.state === 'live' ? 1 : 0);
        captured.set(labels, camera.figures.capturedFps);
        inferred.set(labels, camera.figures.inferredFps);
        dropped.set(labels, camera.figures.dropped);
        late.set(labels, camera.figures.late);
        const { counting } = camera;
        standIn.set(labels, counting?.standsInFor == null ? 0 : counting.model === null ? 2 : 1);
      }
      const own = await Promise.all(registers.map((registry) => registry.metrics()));
      return [...own, await more()].join('\n');
    },
  };
}
