/**
 * Which stations get a version first: each has a number that never changes, and a version is offered to those below its
 * share. So a share that grows keeps who had it, and the same few stations try every version first.
 */
import { createHash } from 'node:crypto';

/** From 0 to below 100, the same after every start. @param station name of this station that never changes */
export function shareNumber(station: string): number {
  const digest = createHash('sha256').update(`update share\n${station}`).digest();
  return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}

/** @param sharePercent null means everybody */
export function isOffered(number: number, sharePercent: number | null): boolean {
  return sharePercent === null || number < sharePercent;
}
