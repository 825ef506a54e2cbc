/**
 * The public test of counting: truth, detections or boxes of our own networks → figures of our rule and of others.
 *
 *   node test/bench/counting.ts [--json] [--seeds 10] [--source truth,detections,video] [--sequence PETS09,TUD]
 *                               [--models deimv2_hgnetv2_femto_coco,yolox_nano]   for the source video: pixels → boxes
 *                               [--boxes folder]     MOT-format boxes per sequence, reported as source `video`
 */
import { parseArgs } from 'node:util';
import { hasShared, sharedMissing } from '#test/shared.ts';
import { toTable } from './counting/print.ts';
import { toRows, type Result } from './counting/rows.ts';
import { runDetections, runTruth } from './counting/runs.ts';
import { detectVideo, readSequences, readVideoBoxes } from './counting/sequences.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '10' },
    source: { type: 'string', default: 'truth,detections' },
    sequence: { type: 'string', default: '' },
    models: { type: 'string', default: 'deimv2_hgnetv2_femto_coco,yolox_nano' },
    boxes: { type: 'string' },
  },
});

if (!hasShared) console.error(`nothing is measured: ${sharedMissing}`);
const wanted = values.sequence.split(',');
const sequences = hasShared
  ? readSequences().filter(({ name }) => wanted.some((part) => name.includes(part)))
  : [];
const sources = new Set(values.source.split(','));
const results: Result[] = [];

for (const sequence of sequences) {
  const startedAt = performance.now();
  if (sources.has('truth') && sequence.isStatic) {
    results.push(...runTruth(sequence, Number(values.seeds)));
  }
  if (sources.has('detections')) {
    for (const set of sequence.detections) {
      results.push(...runDetections(sequence, set, 'detections'));
    }
  }
  if (sources.has('video')) {
    for (const model of values.models.split(',')) {
      const found = await detectVideo(sequence, model);
      if (found !== null) results.push(...runDetections(sequence, found, 'video'));
    }
  }
  const video = values.boxes === undefined ? null : readVideoBoxes(values.boxes, sequence);
  if (video !== null) results.push(...runDetections(sequence, video, 'video'));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.error(`${sequence.name}: ${seconds} s`);
}

const rows = toRows(results);
console.log(values.json ? JSON.stringify({ rows }) : toTable(rows));
