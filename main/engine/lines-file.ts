/**
 * Reads the lines of a replay: `{ "lines": [{ "id": "gate", "points": [[250, 0], [250, 576]], "unit": "px" }] }`.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Anchor, type Line, LineId } from '#contract/counting.ts';
import { Label } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import { validateLine } from './counting/validate-line.ts';
import { parseInput } from './router.ts';

const LinesFile = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        id: LineId,
        name: z.string().optional(),
        points: z
          .array(z.tuple([z.number(), z.number()]))
          .min(2)
          .max(16),
        unit: z.enum(['px', 'normalized']).default('normalized'),
        anchor: Anchor.default('bottom'),
        labels: z.array(Label).default([]),
      }),
    )
    .min(1),
});

/** @throws StationError REQ_001 or REQ_002 for a file that cannot be read, a wrong field, or a line that cannot count */
export function readLinesFile(file: string, cameraId: string): (picture: Size) => Line[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const isJson = cause instanceof SyntaxError;
    throw new StationError(
      isJson ? 'REQ_001' : 'REQ_002',
      `The lines file ${file} ${isJson ? 'is not JSON' : 'cannot be read'}.`,
      { cause },
    );
  }
  const { lines } = parseInput(LinesFile, value);
  return (picture) =>
    lines.map(({ id, name, points, unit, anchor, labels }) => {
      const scale = unit === 'px' ? picture : { width: 1, height: 1 };
      const normalised = points.map(([x, y]) => ({ x: x / scale.width, y: y / scale.height }));
      validateLine(normalised, picture);
      return { id, cameraId, name: name ?? id, points: normalised, anchor, labels, revision: 1 };
    });
}
