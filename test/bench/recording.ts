/**
 * Records on a small disk in memory, kills the station now and then, and proves that the disk never fills and the index knows every file.
 *
 * `npm run -s bench:recording -- --minutes 15 --cameras 2 --kills 3 --json`. Needs root on Linux, and ffmpeg.
 */
import { parseArgs } from 'node:util';
import { canMountDisk } from '#test/mount-disk.ts';
import { recordOnSmallDisk } from '#test/small-disk-recording.ts';
import { cleanUp } from '#test/station-process.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    cameras: { type: 'string', default: '2' },
    kills: { type: 'string', default: '3' },
    megabytes: { type: 'string', default: '24' },
    json: { type: 'boolean', default: false },
  },
});
if (!canMountDisk()) {
  console.error('A small disk cannot be mounted here: it needs root on Linux.');
  process.exit(1);
}
try {
  const facts = await recordOnSmallDisk({
    ...{ seconds: Number(values.minutes) * 60, leastRemoved: 1 },
    cameras: Number(values.cameras),
    diskBytes: Number(values.megabytes) * 1e6,
    reserveBytes: 10e6,
    kills: Number(values.kills),
  });
  const { leastRoomBytes, lost, withoutFile, leftOver, filesSeen, filesRemoved, kills } = facts;
  console.log(
    values.json
      ? JSON.stringify(facts)
      : `${String(filesSeen)} files, ${String(filesRemoved)} gave way, ${String(kills)} kills; ` +
          `least room above the reserve ${String(leastRoomBytes)} bytes; ` +
          `${String(lost.length)} lost, ${String(withoutFile.length)} rows without a file, ${String(leftOver.length)} files without a row`,
  );
  const isWhole = lost.length + withoutFile.length + leftOver.length === 0;
  process.exitCode = isWhole && leastRoomBytes >= 0 && facts.clipSeconds > 0 ? 0 : 1;
} finally {
  cleanUp();
}
