import { expect, it } from 'vitest';
import { freeId } from '#engine/services/free-id.ts';

it.each([
  ['Main gate', [], 'main-gate'],
  ['Cổng Đông', [], 'cong-dong'],
  ['Gate', ['gate', 'gate-2'], 'gate-3'],
  ['***', [], 'item'],
])('the name %s with %j taken becomes %s', (name, taken, expected) => {
  expect(freeId(name, taken)).toBe(expected);
});
