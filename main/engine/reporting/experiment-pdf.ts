/**
 * An experiment on paper: verdict, setup, charts, figures with their tests, disagreements with their answers, decision.
 */
import type { Column, Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { ExperimentDossier } from '#contract/experiment.ts';
import { type ArmName, armSettings, type ExperimentArm } from '#contract/experiment-arm.ts';
import type { ArmCrossing, ExperimentPair } from '#contract/experiment-event.ts';
import type { Interval } from '#contract/experiment-verdict.ts';
import type { ReportLanguage } from '#contract/report.ts';
import { armColours, crossingChart, intervalChart } from './arm-charts-svg.ts';
import { foldCrossings } from './crossing-bars.ts';
import { experimentWords, type ExperimentWords } from './experiment-words.ts';
import { sheetOf, writePdf } from './pdf-sheet.ts';
import { table } from './pdf-tables.ts';
import { reportWords } from './words.ts';

export interface ExperimentPaper {
  readonly dossier: ExperimentDossier;
  /** All events of it, in the order of time */
  readonly pairs: readonly ExperimentPair[];
  readonly language: ReportLanguage;
  readonly site: string;
  /** IANA name */
  readonly timeZone: string;
  /** Unix time in ms */
  readonly madeAt: number;
  /** Names of cameras by their ids; clips have their own */
  readonly placeNames: Readonly<Record<string, string>>;
}

/** Longer lists are for the page. */
const mostDifferences = 300;
const kinds = ['both', 'only-a', 'only-b', 'different'] as const;
const qualityNames = ['precision', 'recall', 'f1'] as const;
const arms = ['a', 'b'] as const;
const labelledBars = 5;

interface Writing extends ExperimentPaper {
  readonly words: ExperimentWords;
  /** With so many digits after the point at most */
  readonly number: (value: number, fraction?: number) => string;
  readonly moment: (at: number) => string;
  /** When an event was: a time, or a second of a clip */
  readonly eventTime: (at: number) => string;
}

/** Bytes of a PDF file. */
export function experimentToPdf(paper: ExperimentPaper): Promise<Uint8Array> {
  return writePdf(experimentDocument(paper));
}

/** The document as pdfmake lays it out. */
export function experimentDocument(paper: ExperimentPaper): TDocumentDefinitions {
  const writing = writingOf(paper);
  const { words, moment, madeAt, language, dossier } = writing;
  const { name, mode } = dossier.experiment;
  const isSplit = mode === 'split';
  const title = `${words.title} · ${name}`;
  return sheetOf({
    ...{ title, language, running: `${title} · ${paper.site}` },
    madeAt: `${reportWords[language].madeAt} ${moment(madeAt)}`,
    page: reportWords[language].page,
    content: [
      ...headOf(writing),
      ...setupOf(writing),
      ...decisionOf(writing),
      ...chartsOf(writing),
      ...figuresOf(writing),
      ...(isSplit ? [] : [eventsOf(writing), ...differencesOf(writing)]),
      titled(words.reading, [{ ul: [...(isSplit ? words.readingSplit : words.readingLines)] }]),
    ],
  });
}

function writingOf(paper: ExperimentPaper): Writing {
  const { language, timeZone, dossier } = paper;
  const locale = language === 'vi' ? 'vi-VN' : 'en-GB';
  const times = { timeZone, hourCycle: 'h23', dateStyle: 'medium' } as const;
  const moments = new Intl.DateTimeFormat(locale, { ...times, timeStyle: 'short' });
  const seconds = new Intl.DateTimeFormat(locale, { ...times, timeStyle: 'medium' });
  const number = (value: number, fraction = 0): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: fraction }).format(value);
  return {
    ...{ ...paper, words: experimentWords[language], number },
    moment: (at) => moments.format(at),
    eventTime: (at) =>
      dossier.experiment.kind === 'offline' ? `${number(at / 1000, 1)} s` : seconds.format(at),
  };
}

function headOf({ words, dossier, site }: Writing): Content[] {
  const { experiment, verdict } = dossier;
  return [
    { text: experiment.name, style: 'title' },
    {
      text: `${words.title}, ${words.state[experiment.state]} · ${words.site}: ${site}`,
      margin: [0, 3, 0, 10],
    },
    { text: words.outcome[verdict.outcome], style: 'figure' },
    { text: words.sentence(verdict), margin: [0, 2, 0, 0] },
  ];
}

function setupOf(writing: Writing): Content[] {
  const { words, dossier, number, moment, placeNames } = writing;
  const { experiment, frames, hours, minutes } = dossier;
  const isLive = experiment.kind === 'live';
  const drops = minutes.reduce((sum, minute) => sum + minute.drops, 0);
  const percent = `${number(experiment.share * 100)} %`;
  const { margin, leastEvents, leastHours } = experiment;
  const rules = {
    ...{ margin: number(margin, 3), events: number(leastEvents), hours: number(leastHours) },
  };
  const facts = [
    ...arms.map((arm) => [arm.toUpperCase(), armText(writing, experiment[arm])]),
    [words.how, words.mode[isLive ? experiment.mode : 'clips']],
    [words.where, experiment.places.map((place) => placeNames[place] ?? place).join(', ')],
    ...(isLive ? [[words.share, percent]] : []),
    [words.rules, words.rulesText(rules)],
    ...(experiment.startedAt === null ? [] : [[words.begun, moment(experiment.startedAt)]]),
    [
      words.seen,
      words.seenText(number(Math.max(frames.a, frames.b)), number(hours, 2), number(drops)),
    ],
    ...(experiment.hindrance === null ? [] : [[words.waits, experiment.hindrance]]),
  ];
  return [
    { text: words.setup, style: 'heading' },
    {
      table: {
        widths: [100, '*'],
        body: facts.map(([name = '', text = '']) => [{ text: name, style: 'dim' }, text]),
      },
      layout: 'noBorders',
    },
  ];
}

function armText({ words, number }: Writing, arm: ExperimentArm): string {
  const settings = armSettings.flatMap((name) => {
    const value = arm[name];
    return value === null ? [] : [`${words.settings[name]} ${number(value, 2)}`];
  });
  return [arm.title, ...settings, arm.digest.slice(0, 12)].join(', ');
}

function decisionOf({ words, dossier, moment }: Writing): Content[] {
  const { decision } = dossier.experiment;
  const text: Content[] =
    decision === null
      ? [{ text: words.undecided }]
      : [
          {
            text: `${words.winner[decision.winner]} · ${decision.by}, ${moment(decision.at)}`,
            bold: true,
          },
          { text: words.sentence(decision) },
          ...(decision.note === '' ? [] : [{ text: decision.note, italics: true }]),
        ];
  return [{ text: words.decision, style: 'heading' }, ...text];
}

function chartsOf(writing: Writing): Content[] {
  const { words, dossier, number } = writing;
  const { quality } = dossier.verdict;
  const bars = crossingBars(writing);
  const rows = quality
    ? qualityNames.map((name) => ({
        ...{ name: words.qualities[name], a: quality.a[name], b: quality.b[name] },
      }))
    : [];
  const qualityChart: Content[] =
    rows.length === 0
      ? [{ text: words.noQuality }]
      : [{ svg: intervalChart(rows, (value) => number(value, 2)), width: 515 }, legend()];
  const crossings: Content[] = [{ svg: crossingChart(bars, number), width: 515 }, legend()];
  return [
    ...(dossier.experiment.mode === 'split' ? [] : [titled(words.qualityChart, qualityChart)]),
    ...(bars.length === 0 ? [] : [titled(words.crossingChart, crossings)]),
  ];
}

/** A part with its heading, on one page. */
function titled(heading: string, content: readonly Content[]): Content {
  return { stack: [{ text: heading, style: 'heading' }, ...content], unbreakable: true };
}

function crossingBars({ dossier, eventTime, moment }: Writing) {
  const folded = foldCrossings(dossier.minutes);
  const every = Math.ceil(folded.length / labelledBars);
  const isLive = dossier.experiment.kind === 'live';
  return folded.map(({ at, a, b }, index) => {
    // The last label must end on the page.
    const isLabelled = index % every === 0 && index <= folded.length * 0.85;
    return { a, b, label: isLabelled ? (isLive ? moment(at) : eventTime(at)) : '' };
  });
}

function legend(): Content {
  const key = (arm: ArmName): Column => ({
    text: [{ text: '■ ', color: armColours[arm] }, arm.toUpperCase()],
    width: 'auto',
    fontSize: 7.5,
  });
  return { columns: arms.map(key), columnGap: 10, margin: [40, 2, 0, 0] };
}

function figuresOf({ words, dossier, number }: Writing): Content[] {
  const { verdict, rates, figures } = dossier;
  const { quality } = verdict;
  const interval = (found: Interval | null | undefined): string =>
    found ? `${number(found.value, 3)} (${number(found.low, 3)} – ${number(found.high, 3)})` : '–';
  const chance = (p: number | null): string =>
    p === null ? '–' : p < 0.001 ? `< ${number(0.001, 3)}` : number(p, 3);
  const rows = [
    ...qualityNames.map((name) => [
      ...[words.qualities[name], interval(quality?.a[name]), interval(quality?.b[name])],
      ...['', '–'],
    ]),
    [words.rate, interval(rates.a), interval(rates.b), '', '–'],
    ...figures.map(({ name, test, p, intervals, ...values }) => {
      const texts = arms.map((arm) => {
        const value = values[arm];
        const found = intervals[arm];
        return found === null && value !== null ? number(value, 3) : interval(found);
      });
      return [words.names[name], ...texts, words.tests[test], chance(p)];
    }),
  ];
  return [titled(words.figures, [table([words.figure, 'A', 'B', words.test, 'p'], rows, 1)])];
}

function eventsOf({ words, dossier, pairs, number }: Writing): Content {
  const { counts } = dossier.verdict;
  const rows = kinds.map((kind) => {
    const answered = pairs.filter((pair) => pair.kind === kind && pair.answer !== null);
    return [words.kinds[kind], number(counts[kind]), number(answered.length)];
  });
  return titled(words.events, [table([words.kind, words.count, words.judged], rows, 1)]);
}

function differencesOf(writing: Writing): Content[] {
  const { words, pairs, language, eventTime, placeNames } = writing;
  const differing = pairs.filter(({ kind }) => kind !== 'both');
  const shown = differing.slice(0, mostDifferences);
  const { classes, in: into, out } = reportWords[language];
  const said = (seen: ArmCrossing | null): string =>
    seen === null
      ? words.nothing
      : `${classes[seen.label]}, ${(seen.direction === 'in' ? into : out).lines.toLowerCase()}`;
  const rows = shown.map(({ at, place, lineId, a, b, answer, answeredBy }) => [
    ...[eventTime(at), placeNames[place] ?? place, lineId, said(a), said(b)],
    answer === null ? words.noAnswer : `${words.answers[answer]} (${answeredBy ?? ''})`,
  ]);
  return [
    { text: words.differences, style: 'heading' },
    ...(rows.length === 0
      ? [{ text: words.noDifferences }]
      : [table([words.time, words.place, words.line, 'A', 'B', words.right], rows, 6)]),
    ...(shown.length < differing.length
      ? [{ text: words.more(shown.length, differing.length), style: 'dim' }]
      : []),
  ];
}
