/**
 * The ends that a flow can have on one camera, each with a key for a choice list.
 */
import type { Line } from '#contract/counting.ts';
import type { FlowEnd } from '#contract/flow.ts';
import type { Zone } from '#contract/zone.ts';

/** `enter hall`, `in door`: what happens, and where. */
export function keyOfEnd(end: FlowEnd): string {
  return end.on === 'zone'
    ? `${end.kind} ${end.zoneId}`
    : `${end.direction ?? 'both'} ${end.lineId}`;
}

/** Every end on what is drawn: each zone entered or left, each line crossed one way or either. */
export function possibleEnds(lines: readonly Line[], zones: readonly Zone[]): FlowEnd[] {
  return [
    ...zones.flatMap(({ id }): FlowEnd[] => [
      { on: 'zone', zoneId: id, kind: 'enter' },
      { on: 'zone', zoneId: id, kind: 'leave' },
    ]),
    ...lines.flatMap(({ id }): FlowEnd[] => [
      { on: 'line', lineId: id, direction: 'in' },
      { on: 'line', lineId: id, direction: 'out' },
      { on: 'line', lineId: id, direction: null },
    ]),
  ];
}
