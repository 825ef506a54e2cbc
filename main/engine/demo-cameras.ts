/**
 * What a fresh station shows: a plaza with people and a road with vehicles, both simulated.
 */
import type { Label } from '#contract/detection.ts';
import { suggestedLines } from './capture/simulated/scene.ts';
import type { DemoCamera } from './services/demo-service.ts';

const demoFps = 10;

export const demoCameras: readonly DemoCamera[] = [
  demoCamera(
    'plaza',
    'Plaza (simulated)',
    `simulated://plaza?people=12&seed=7&fps=${String(demoFps)}`,
  ),
  demoCamera('road', 'Road (simulated)', `simulated://road?seed=7&fps=${String(demoFps)}`),
];

function demoCamera(scene: 'plaza' | 'road', name: string, source: string): DemoCamera {
  return {
    camera: { id: `demo-${scene}`, name, source, fps: demoFps },
    lines: suggestedLines(scene).map((line, index) => ({
      id: `demo-${scene}-${String(index + 1)}`,
      name: line.name,
      points: line.points.map((point) => ({ ...point })),
      labels: [...line.labels] satisfies Label[],
    })),
  };
}
