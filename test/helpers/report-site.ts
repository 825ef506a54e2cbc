/**
 * A database as a busy site has it after a time: cameras, lines, observed time with gaps, a change of the model, and crossings
 * spread over the days as people come and go. The same numbers give the same rows.
 */
import type { Database } from 'better-sqlite3';
import path from 'node:path';
import { addCamera } from '#engine/store/cameras.ts';
import { addObserved } from '#engine/store/coverage.ts';
import { openDatabase } from '#engine/store/database.ts';
import { cameraKey, digestKey, lineKey } from '#engine/store/keys.ts';
import { saveLine } from '#engine/store/lines.ts';
import { noteModel } from '#engine/store/model-boundaries.ts';
import { randomOf } from './random.ts';
import { aCamera, aLine } from './store-records.ts';

const hourMs = 3_600_000;
const firstTrack = 1_000_000;

export interface SiteData {
  readonly folder: string;
  readonly crossings: number;
  readonly cameras: number;
  readonly linesPerCamera: number;
  /** Unix times in ms */
  readonly from: number;
  readonly to: number;
  readonly onProgress?: (written: number) => void;
}

const names = [
  'Cổng chính',
  'Lối vào phía Đông',
  'Bãi đỗ xe',
  'Nhà ăn',
  'Kho hàng',
  'Lối thoát hiểm',
];

/** Writes the database `station.db` into a folder. */
export function writeSite(site: SiteData): void {
  const database = openDatabase({ file: path.join(site.folder, 'station.db'), role: 'writer' });
  try {
    database.pragma('synchronous = OFF');
    database.transaction(() => writeCameras(database, site))();
    writeCrossings(database, site);
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

function writeCameras(database: Database, { cameras, linesPerCamera, from, to }: SiteData): void {
  for (let index = 0; index < cameras; index += 1) {
    const cameraId = `cam-${String(index)}`;
    const name = names[index % names.length] ?? cameraId;
    addCamera(
      database,
      aCamera({ id: cameraId, name, source: 'simulated://plaza', isEnabled: false }),
      from,
    );
    for (let line = 0; line < linesPerCamera; line += 1) {
      const id = `${cameraId}-line-${String(line)}`;
      saveLine(database, aLine({ cameraId, id, name: `${name} ${String(line + 1)}` }), from);
      lineKey(database, cameraKey(database, cameraId), id);
    }
    noteModel(database, { cameraId, digest: 'a'.repeat(64), at: from });
    if (index === 0) {
      noteModel(database, { cameraId, digest: 'b'.repeat(64), at: from + (to - from) / 2 });
    }
    // Each camera is away for some hours, each at another time.
    const gap = from + (((index * 37) % 100) / 100) * (to - from);
    addObserved(database, cameraId, { from, to: gap });
    addObserved(database, cameraId, { from: Math.min(to, gap + (5 + 7 * index) * hourMs), to });
  }
}

/** On every line that the ledger knows, in the order of time, as a station writes them. */
export function writeCrossings(
  database: Database,
  site: Pick<SiteData, 'crossings' | 'from' | 'to' | 'onProgress'>,
): void {
  const lines = database.prepare<[], { key: number }>('SELECT key FROM ledger_lines').all();
  const [model, config] = [
    digestKey(database, 'a'.repeat(64)),
    digestKey(database, 'c'.repeat(64)),
  ];
  const { even: random } = randomOf('a busy site');
  const insert = database.prepare(
    `INSERT INTO crossings (line_key, line_revision, epoch, track_id, ordinal, direction, label, at_ms,
       score, point_x, point_y, box_x, box_y, box_width, box_height, model_key, config_key)
     VALUES (?, 1, 1, ?, 0, ?, ?, ?, ?, 0.5, 0.5, 0.4, 0.4, 0.2, 0.2, ?, ?)`,
  );
  const pick = (): number => Math.floor(random() ** 1.4 * lines.length);
  // Beyond the numbers of a station that goes on in this database.
  let track = firstTrack;
  const hours = hourly(site);
  for (let first = 0; first < hours.length; first += 24) {
    database.transaction(() => {
      for (const { from, rows } of hours.slice(first, first + 24)) {
        for (let index = 0; index < rows; index += 1) {
          const at = Math.floor(from + ((index + random()) / rows) * hourMs);
          const direction = random() < 0.52 ? 'in' : 'out';
          const label = random() < 0.8 ? 'person' : random() < 0.7 ? 'vehicle' : 'bicycle';
          const key = lines[pick()]?.key;
          insert.run(key, track, direction, label, at, 0.5 + random() / 2, model, config);
          track += 1;
        }
      }
    })();
    site.onProgress?.(track - firstTrack);
  }
}

/** How many rows each hour gets: most by day, few at night, fewer at the end of the week. */
function hourly({
  from,
  to,
  crossings,
}: Pick<SiteData, 'crossings' | 'from' | 'to'>): { from: number; rows: number }[] {
  const starts = Array.from(
    { length: Math.floor((to - from) / hourMs) },
    (_, i) => from + i * hourMs,
  );
  const weights = starts.map((at) => {
    const hour = new Date(at).getUTCHours();
    const busy = 0.03 + Math.exp(-((hour - 9) ** 2) / 8) + 0.8 * Math.exp(-((hour - 17) ** 2) / 10);
    return busy * ([0, 6].includes(new Date(at).getUTCDay()) ? 0.45 : 1);
  });
  const sum = weights.reduce((total, each) => total + each, 0);
  let due = 0;
  let given = 0;
  return starts.map((start, index) => {
    due += ((weights[index] ?? 0) / sum) * crossings;
    const rows = Math.round(due) - given;
    given += rows;
    return { from: start, rows };
  });
}
