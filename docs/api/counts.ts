/**
 * Prints the cameras of a station and today's counts: `node counts.ts URL KEY`, with `tallywatch` installed.
 */
import { createClient } from 'tallywatch/client';

const [url = 'http://127.0.0.1:8790', key] = process.argv.slice(2);
const station = createClient({ url, key });

for (const camera of await station.call('camera.list', {})) {
  console.log(`${camera.name}: ${camera.capture.state}`);
}
const now = Date.now();
for (const tally of await station.call('tally.query', {
  from: now - 24 * 3_600_000,
  to: now,
  bucket: 'all',
})) {
  console.log(`${tally.lineId}: in ${tally.in}, out ${tally.out}`);
}
