/**
 * A process that takes a data folder and keeps it until it is killed.
 */
import { lockFolder } from '#engine/store/folder-lock.ts';

lockFolder(process.argv[2] ?? '', Date.now());
process.send?.('locked');
setInterval(() => undefined, 60_000);
