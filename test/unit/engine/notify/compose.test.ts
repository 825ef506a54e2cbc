import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricFacts } from '#contract/alert-metric.ts';
import { compose, type Surroundings, toHtml, toPlainText } from '#engine/notify/compose.ts';
import { topicOf } from '#engine/notify/kinds/mqtt.ts';
import { escapeSlack } from '#engine/notify/kinds/slack.ts';
import { metricWords } from '#engine/notify/words.ts';
import { aNotice } from '#test/notify-rig.ts';

const around: Surroundings = {
  ...{ language: 'en', station: 'gate-pc', timeZone: 'Asia/Ho_Chi_Minh' },
  pageUrl: 'https://station.example',
  cameraName: (id) => (id === 'gate' ? 'Cổng chính' : id),
};
const slow = aNotice({
  ...{ metric: 'latency', value: 140.256, limit: 100, unit: 'ms', cameraId: 'gate' },
  ...{ since: Date.UTC(2026, 10, 27, 11, 20), at: Date.UTC(2026, 10, 27, 11, 26) },
  detail: '95 % of pictures take 140 ms or less; the limit is 100 ms.',
});

describe('a notice in words', () => {
  it('says in English what is wrong, since when and what to do', () => {
    expect(toPlainText(compose(slow, around))).toBe(`${slow.detail}

Severity: warning
Camera: Cổng chính
Value: 140.26 ms
Limit: 100 ms
Since: 27 Nov 2026, 18:20:00 (Asia/Ho_Chi_Minh)
Station: gate-pc

What to do: Look at Health: which step takes the time? A smaller model or fewer cameras help.

Open the station: https://station.example/#/alerts
`);
  });

  it('says it in Vietnamese, with how long it lasted when it is over', () => {
    const message = compose({ ...slow, phase: 'resolved' }, { ...around, language: 'vi' });
    expect(message.subject).toBe('[cần chú ý] Đã hết: Suy luận chậm – Cổng chính');
    expect(message.sentence).toBe('Phân tích một khung hình mất quá nhiều thời gian.');
    expect(Object.fromEntries(message.facts)).toMatchObject({
      'Giá trị': '140,26 ms',
      'Kéo dài': '6 phút',
      'Sự việc': slow.detail,
    });
    expect(message.advice).toBe('');
  });

  it('names a camera once, leaves out what has no unit, and says of a test that nothing is wrong', () => {
    const offline = aNotice({ subject: 'Cổng chính', value: 1, limit: 1 });
    expect(compose(offline, around).facts.map(([label]) => label)).toEqual([
      ...['Severity', 'Camera', 'Since', 'Station'],
    ]);
    const test = compose({ ...offline, phase: 'test' }, { ...around, language: 'vi' });
    expect(test.sentence).toContain('không có gì bất thường');
  });

  it('has words for every metric, and general ones for others', () => {
    expect(Object.keys(metricWords)).toEqual(expect.arrayContaining(Object.keys(metricFacts)));
    const other = compose(aNotice({ metric: 'toString' }), around);
    expect(other.subject).toBe('[warning] Alert: Alert – Cổng chính');
  });
});

describe('whatever a name contains', () => {
  const text = fc.string({ unit: 'binary' });
  const nasty = fc.oneof(text, fc.constantFrom('<b>"&\'</b>', 'a\r\nBcc: x@y.z', '<!channel>'));

  it('stays one line in a subject and text in HTML, Slack and a topic', () => {
    fc.assert(
      fc.property(nasty, nasty, (name, detail) => {
        const notice = aNotice({ subject: `${name}2`, detail, cameraId: name, ruleId: name });
        const message = compose(notice, around);
        expect(message.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        const tagsOf = (html: string) => html.match(/<[^>]*>/g);
        const usual = toHtml(compose(aNotice({ subject: 'x', cameraId: 'y' }), around));
        expect(tagsOf(toHtml(message))).toEqual(tagsOf(usual));
        expect(escapeSlack(name)).not.toMatch(/[<>]/);
        expect(topicOf('a/{camera}/{rule}', notice).split('/')).toHaveLength(3);
        expect(topicOf('{camera}', notice)).not.toMatch(/[+#\p{Cc}]/u);
      }),
      { numRuns: 200 },
    );
  });
});
