/**
 * A table of cameras: right rows become cameras, wrong ones say what to do.
 */
import { describe, expect, it } from 'vitest';
import type { StationError } from '#contract/error.ts';
import { parseSource } from '#engine/capture/source.ts';
import { readCameraRows } from '#engine/services/camera-rows.ts';

const read = (csv: string) => readCameraRows(csv, (source) => void parseSource(source));
const usual = { fps: 10, transport: 'tcp', isLooped: true, isEnabled: true };
const gate = { ...usual, name: 'Gate', source: 'rtsp://10.0.0.9/1' };

describe('a row', () => {
  it.each([
    ['with commas', 'name,source\nGate,rtsp://10.0.0.9/1', gate],
    [
      'with semicolons, as Excel writes it',
      '\uFEFFname;source\r\nGate;rtsp://10.0.0.9/1\r\n',
      gate,
    ],
    ['with tabs and columns in another order', 'Source\tNAME\nrtsp://10.0.0.9/1\tGate', gate],
    ['with empty cells', 'name,source,fps,loop\nGate,rtsp://10.0.0.9/1,,', gate],
    [
      'with everything',
      'name,source,fps,transport,loop,enabled\n"Gate, north",rtsp://10.0.0.9/1,15,UDP,No,Không',
      {
        name: 'Gate, north',
        source: gate.source,
        fps: 15,
        transport: 'udp',
        isLooped: false,
        isEnabled: false,
      },
    ],
  ])('%s is a camera', (_, csv, draft) => {
    expect(read(csv).map((row) => [row.problems, row.draft])).toEqual([[[], draft]]);
  });

  it.each([
    ['has no name', ',rtsp://10.0.0.9/1', [['name', 'Give the camera a name.']]],
    ['has no address', 'Gate,', [['source', 'Write the address of the camera.']]],
    ['is short', 'Gate', [['source', 'Write the address of the camera.']]],
    [
      'has a wrong number',
      'Gate,rtsp://10.0.0.9/1,ten',
      [['fps', 'Write a number, for example 10.']],
    ],
    ['is too fast', 'Gate,rtsp://10.0.0.9/1,60', [['fps', 'At most 30.']]],
    [
      'has two faults',
      'Gate,rtsp://10.0.0.9/1,0,tpc',
      [
        ['fps', 'At least 1.'],
        ['transport', 'Write tcp or udp.'],
      ],
    ],
  ])('that %s says so', (_, row, problems) => {
    const [found] = read(`name,source,fps,transport\n${row}`);
    expect([found?.draft, found?.problems.map(({ column, message }) => [column, message])]).toEqual(
      [null, problems],
    );
  });

  it('with an address that cannot be opened, or that came before, names the line', () => {
    const rows = read('name,source\nA,gopher://x\n\nB,rtsp://10.0.0.9/1\nC,rtsp://10.0.0.9/1');
    expect(
      rows.map(({ line, draft, problems }) => [line, draft !== null, problems.length]),
    ).toEqual([
      [2, false, 1],
      [4, true, 0],
      [5, false, 1],
    ]);
    expect(rows[0]?.problems[0]?.message).toContain('"gopher:" is not supported');
    expect(rows[2]?.problems[0]?.message).toBe(
      'Line 4 has this address already: remove one of them.',
    );
  });
});

describe('a file', () => {
  it.each([
    ['without the column of addresses', 'name\nGate', 'The column "source" is missing.'],
    ['with a column of its own', 'name,source,colour\nGate,x,red', '"colour" is no column.'],
    ['without cameras', 'name,source\n', 'The table has no cameras.'],
    ['that is no table', 'name,source\n"Gate,rtsp://10.0.0.9/1', 'The table cannot be read'],
    [
      'that is endless',
      `name,source\n${'Gate,rtsp://10.0.0.9/1\n'.repeat(201)}`,
      'The table has 201 cameras; at most 200 at once.',
    ],
  ])('%s is refused with what the first line must say', (_, csv, message) => {
    try {
      read(csv);
      expect.unreachable();
    } catch (error) {
      const { code, message: said } = error as StationError;
      expect([code, said.includes(message), said.includes('The first line names')]).toEqual([
        'REQ_001',
        true,
        true,
      ]);
    }
  });
});
