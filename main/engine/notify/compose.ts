/**
 * A notice as a person reads it: subject, sentence, facts and what to do, in the language of the channel; then as plain
 * text and as simple HTML.
 */
import type { AlertNotice } from '#contract/alert-notice.ts';
import { commonWords, generalWords, type Language, metricWords, unitWords } from './words.ts';

/** What a text says beside the notice. */
export interface Surroundings {
  readonly language: Language;
  /** Name of the station, such as its PC's */
  readonly station: string;
  /** IANA name of the site's time zone */
  readonly timeZone: string;
  /** Address of the station's page, without a slash at its end; null when it has none that others can open */
  readonly pageUrl: string | null;
  readonly cameraName: (id: string) => string;
}

export interface Message {
  readonly subject: string;
  readonly sentence: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly advice: string;
  readonly adviceLabel: string;
  readonly link: { readonly text: string; readonly url: string } | null;
}

/** Composes what one notice says. */
export function compose(notice: AlertNotice, around: Surroundings): Message {
  const { language } = around;
  const words = commonWords[language];
  // A test says what a test is, and not that something is wrong.
  const metric = notice.phase === 'test' ? 'test' : notice.metric;
  const known = Object.hasOwn(metricWords, metric) ? metricWords[metric] : undefined;
  const { title, sentence, advice } = (known ?? generalWords)[language];
  const camera = notice.cameraId === null ? null : around.cameraName(notice.cameraId);
  const subject = notice.subject === camera ? null : notice.subject;
  const about = [camera, subject].filter((text) => text !== null).join(', ');
  // What is so or not has no unit, and its value says nothing.
  const { unit } = notice;
  const figure = (label: string, value: number | null) =>
    value === null || unit === null ? [] : [[label, amount(value, unit, language)] as const];
  const facts: (readonly [string, string])[] = [
    [words.importance, words.severity[notice.severity]],
    ...(camera === null ? [] : [[words.camera, camera] as const]),
    ...(subject === null ? [] : [[words.subject, subject] as const]),
    ...figure(words.value, notice.value),
    ...figure(words.limit, notice.limit),
    [words.since, timeText(notice.since, around)],
    ...(notice.phase === 'resolved'
      ? [[words.lasted, duration(notice.at - notice.since, language)] as const]
      : []),
    // The station's own sentence has the figures; in Vietnamese it stands beside the translated one.
    ...(sentence === null ? [] : [[words.what, notice.detail] as const]),
    [words.station, around.station],
  ];
  return {
    subject: oneLine(
      `[${words.severity[notice.severity]}] ${words.phase[notice.phase]}: ${title}${about === '' ? '' : ` – ${about}`}`,
    ),
    sentence: sentence ?? notice.detail,
    facts,
    advice: notice.phase === 'resolved' ? '' : advice,
    adviceLabel: words.advice,
    link: around.pageUrl === null ? null : { text: words.open, url: `${around.pageUrl}/#/alerts` },
  };
}

/** The message as plain text, for mail. */
export function toPlainText({ sentence, facts, advice, adviceLabel, link }: Message): string {
  return [
    sentence,
    '',
    ...facts.map(([label, value]) => `${label}: ${oneLine(value)}`),
    ...(advice === '' ? [] : ['', `${adviceLabel}: ${advice}`]),
    ...(link === null ? [] : ['', `${link.text}: ${link.url}`]),
    '',
  ].join('\n');
}

/** The message as simple HTML, for mail; everything in it is escaped. */
export function toHtml({ subject, sentence, facts, advice, adviceLabel, link }: Message): string {
  const rows = facts.map(
    ([label, value]) =>
      `<tr><td style="padding:2px 16px 2px 0;color:#666">${escapeHtml(label)}</td><td style="padding:2px 0">${escapeHtml(value)}</td></tr>`,
  );
  return [
    '<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.5">',
    `<h2 style="font-size:18px">${escapeHtml(subject)}</h2>`,
    `<p>${escapeHtml(sentence)}</p>`,
    `<table style="border-collapse:collapse;font-size:14px">${rows.join('')}</table>`,
    ...(advice === ''
      ? []
      : [`<p><strong>${escapeHtml(adviceLabel)}:</strong> ${escapeHtml(advice)}</p>`]),
    ...(link === null
      ? []
      : [`<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.text)}</a></p>`]),
    '</body></html>',
  ].join('\n');
}

/** Text inside HTML, also inside an attribute's double quotes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** Control characters become spaces: a subject and a topic are one line. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function amount(value: number, unit: string, language: Language): string {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
  const words = Object.hasOwn(unitWords, unit) ? unitWords[unit] : undefined;
  return `${number} ${words?.[language] ?? unit}`;
}

function timeText(at: number, { language, timeZone }: Surroundings): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'vi-VN', {
    ...{ dateStyle: 'medium', timeStyle: 'medium', timeZone },
  });
  return `${format.format(at)} (${timeZone})`;
}

function duration(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [value, unit] =
    seconds < 120
      ? ([seconds, 'second'] as const)
      : seconds < 7200
        ? ([Math.round(seconds / 60), 'minute'] as const)
        : ([Math.round(seconds / 3600), 'hour'] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    value,
  );
}
