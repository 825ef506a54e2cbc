/**
 * What a message with a report says, in the language of the channel.
 */
import type { Attachment } from './attachments.ts';
import { type Message, oneLine, type Surroundings } from './compose.ts';
import type { SentReport } from './report-notice.ts';
import type { Language } from './words.ts';

interface Words {
  readonly report: string;
  readonly attached: string;
  /** Not one file is attached */
  readonly notAttached: string;
  readonly time: string;
  readonly file: string;
  readonly large: (megabytes: string) => string;
  readonly gone: string;
  readonly station: string;
  readonly open: string;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    report: 'Report',
    attached: 'The station has written this report; its files are attached.',
    notAttached: 'The station has written this report; no file of it is attached.',
    time: 'Of the time',
    file: 'File',
    large: (megabytes) => `not attached, ${megabytes} MB are too large: it lies on the PC at`,
    gone: 'not attached, it was removed from the PC before it could be sent',
    station: 'Station',
    open: 'Open the reports',
  },
  vi: {
    report: 'Báo cáo',
    attached: 'Trạm đã lập báo cáo này; các tệp được đính kèm.',
    notAttached: 'Trạm đã lập báo cáo này; không có tệp nào được đính kèm.',
    time: 'Thời gian',
    file: 'Tệp',
    large: (megabytes) => `không đính kèm vì quá lớn (${megabytes} MB): tệp nằm trên máy tại`,
    gone: 'không đính kèm vì tệp đã bị xóa khỏi máy trước khi gửi',
    station: 'Trạm',
    open: 'Mở trang báo cáo',
  },
};

/** Composes what goes with the files of a report. */
export function composeReport(
  { name, from, to }: SentReport,
  attachments: readonly Attachment[],
  { language, station, timeZone, pageUrl }: Surroundings,
): Message {
  const say = words[language];
  const days = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'vi-VN', {
    ...{ dateStyle: 'medium', timeZone },
  });
  // The end is not part of it: a day from midnight to midnight is one day.
  const time = days.formatRange(from, to - 1);
  const isAttached = attachments.some(({ content }) => Buffer.isBuffer(content));
  return {
    subject: oneLine(`${say.report}: ${name} – ${time}`),
    sentence: isAttached ? say.attached : say.notAttached,
    facts: [
      [say.time, `${time} (${timeZone})`],
      ...attachments.map((each) => [say.file, fileText(each, language)] as const),
      [say.station, station],
    ],
    ...{ advice: '', adviceLabel: '' },
    link: pageUrl === null ? null : { text: say.open, url: `${pageUrl}/#/counts/reports` },
  };
}

function fileText({ name, path, bytes, content }: Attachment, language: Language): string {
  const say = words[language];
  if (content === 'gone') return `${name} (${say.gone})`;
  if (content !== 'large') return name;
  const megabytes = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(
    bytes / 1e6,
  );
  return `${name} (${say.large(megabytes)} ${path})`;
}
