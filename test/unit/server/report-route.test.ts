import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { answerFile, answerRows, type RowsPage } from '#server/report-route.ts';

const page = (text: string, next: RowsPage['next']): RowsPage => ({ text, rows: 1, next });
const cursor = { afterAt: 1, afterId: 2 };

describe('reports over HTTP', () => {
  it('are files with a name that is safe in a header', async () => {
    const data = Buffer.from('a,b').toString('base64');
    const answer = answerFile({ name: 'a"b\r\n.csv', type: 'text/csv', data });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a_b__.csv"');
    expect(await answer.text()).toBe('a,b');
  });

  it('stream page after page', async () => {
    const asked: unknown[] = [];
    const answer = await answerRows((after) => {
      asked.push(after);
      return Promise.resolve(after === null ? page('one\r\n', cursor) : page('two\r\n', null));
    });
    expect(await answer.text()).toBe('one\r\ntwo\r\n');
    expect(asked).toEqual([null, cursor]);
  });

  it('fail before they begin when the question is wrong, and break off when a page is', async () => {
    const wrong = new StationError('REQ_001', 'wrong');
    await expect(answerRows(() => Promise.reject(wrong))).rejects.toBe(wrong);
    const answer = await answerRows((after) =>
      after === null ? Promise.resolve(page('one', cursor)) : Promise.reject(wrong),
    );
    await expect(answer.text()).rejects.toThrow('wrong');
  });
});
