/**
 * Asks what is on a picture: `node inference.ts URL KEY PICTURE`, with `tallywatch` installed.
 */
import { readFileSync } from 'node:fs';
import { createClient } from 'tallywatch/client';

const [url = 'http://127.0.0.1:8790', key, picture = 'picture.jpg'] = process.argv.slice(2);
const station = createClient({ url, key });

const { modelId, results } = await station.call('inference.run', {
  modelId: 'champion',
  image: readFileSync(picture).toString('base64'),
  confidenceThreshold: 0.4,
});
console.log(
  `${String(results.detections.length)} found by ${modelId} in ${results.processingTime.toFixed(0)} ms`,
);
