/**
 * The site on the pictures: the simulated plaza and road with three weeks of made-up crossings behind them, and a camera that
 * cannot be reached.
 */
import path from 'node:path';
import { CameraDraft, CameraId } from '#contract/camera.ts';
import { LineDraft, LineId } from '#contract/counting.ts';
import { demoCameras } from '#engine/demo-cameras.ts';
import { addCamera } from '#engine/store/cameras.ts';
import { addObserved } from '#engine/store/coverage.ts';
import { openDatabase } from '#engine/store/database.ts';
import { cameraKey, lineKey } from '#engine/store/keys.ts';
import { saveLine } from '#engine/store/lines.ts';
import { writeCrossings } from '#test/report-site.ts';
import { type StationProcess, until } from '#test/station-process.ts';

const hourMs = 3_600_000;
const pastHours = 21 * 24;
const crossingsADay = 900;
/** A camera is told to be away after half a minute. */
const alertLimitMs = 180_000;

/** Writes the cameras with what they are to have counted into the database of a station that does not run. */
export function writePast(folder: string, now: number): void {
  const to = Math.floor(now / hourMs) * hourMs;
  const from = to - pastHours * hourMs;
  const database = openDatabase({ file: path.join(folder, 'station.db'), role: 'writer' });
  try {
    database.transaction(() => {
      for (const { camera, lines } of demoCameras) {
        const cameraId = CameraId.parse(camera.id);
        addCamera(database, { ...CameraDraft.parse(camera), id: cameraId }, from);
        for (const line of lines) {
          const id = LineId.parse(line.id);
          saveLine(database, { ...LineDraft.parse({ ...line, cameraId }), id }, from);
          lineKey(database, cameraKey(database, cameraId), id);
        }
        // Away for an afternoon, as cameras are.
        addObserved(database, cameraId, { from, to: to - 53 * hourMs });
        addObserved(database, cameraId, { from: to - 49 * hourMs, to });
      }
    })();
    writeCrossings(database, { from, to, crossings: (pastHours / 24) * crossingsADay });
  } finally {
    database.close();
  }
}

/** Draws and switches on what a site has, and waits until it counts and an alert fires. */
export async function furnish(call: StationProcess['call']): Promise<void> {
  const plaza = 'demo-plaza';
  await call('zone.save', {
    cameraId: plaza,
    name: 'Benches',
    points: [
      { x: 0.55, y: 0.45 },
      { x: 0.9, y: 0.45 },
      { x: 0.95, y: 0.9 },
      { x: 0.6, y: 0.9 },
    ],
    loiterSeconds: 120,
  });
  await call('site.save', { doors: [{ lineId: `${plaza}-1` }] });
  await call('camera.add', {
    id: 'back-yard',
    name: 'Back yard',
    source: 'rtsp://127.0.0.1:9/stream',
  });
  await call('recording.set', { cameraId: plaza, isOn: true });
  await call('channel.save', {
    name: 'Guards',
    settings: { kind: 'webhook', url: 'http://127.0.0.1:9/guards' },
    secret: 'a secret that is only on these pictures',
  });
  const from = Date.now();
  await until(
    () => call('tally.query', { from, to: Date.now() + hourMs }),
    (tallies) => tallies.some((tally) => tally.in + tally.out > 2),
    alertLimitMs,
  );
  await until(
    () => call('alert.list', {}),
    (alerts) => alerts.some(({ state }) => state === 'firing'),
    alertLimitMs,
  );
}
