import { describe, expect, it } from 'vitest';
import type { AuditRow } from '#contract/audit.ts';
import { readAll, toCsv, toJsonLines } from '../../../renderer/views/access/audit-file.ts';

const row = (number: number, change: Partial<AuditRow> = {}): AuditRow => ({
  ...{ number, at: 1_795_000_000_000, user: 'chief', role: 'admin', door: 'browser' },
  ...{ address: '127.0.0.1', procedure: 'line.save', outcome: 'done', code: null },
  ...{ input: '{"id":"gate"}', before: null, after: null, digest: 'ab' },
  ...change,
});

describe('the audit log as a file', () => {
  it('holds all rows that match, oldest first, however many pages they are', async () => {
    const all = Array.from({ length: 2_345 }, (_, index) => row(2_345 - index));
    const asked: unknown[] = [];
    const rows = await readAll(
      ({ before = Infinity, limit = 0, ...filter }) => {
        asked.push(filter);
        return Promise.resolve(all.filter(({ number }) => number < before).slice(0, limit));
      },
      { user: 'chief' },
    );
    expect(rows.map(({ number }) => number)).toEqual(all.map(({ number }) => number).reverse());
    expect(asked).toEqual([{ user: 'chief' }, { user: 'chief' }, { user: 'chief' }]);
  });

  it('is one object a line', () => {
    expect(toJsonLines([row(1), row(2)]).trim().split('\n').map((line) => JSON.parse(line) as AuditRow)).toEqual([row(1), row(2)]); // prettier-ignore
  });

  it('can be read by a spreadsheet, which runs nothing of it', () => {
    const text = toCsv([row(1, { user: '=HYPERLINK("x")', before: 'a\nb', requestId: 'r1' })]);
    const [head, ...rest] = text.split('\r\n');
    expect(head).toBe(
      'number,at,user,role,door,address,procedure,outcome,code,input,before,after,requestId,digest',
    );
    expect(rest.join('\r\n')).toBe(
      '1,2026-11-18T11:06:40.000Z,"\'=HYPERLINK(""x"")",admin,browser,127.0.0.1,line.save,done,,"{""id"":""gate""}","a\nb",,r1,ab\r\n',
    );
  });
});
