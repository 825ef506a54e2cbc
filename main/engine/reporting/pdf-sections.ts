/**
 * The sections of a report on paper that stand beside its counts.
 */
import type { Content } from 'pdfmake/interfaces.js';
import type {
  AlertsPart,
  FlowFigure,
  IncidentEntry,
  ModelChange,
  PerformancePart,
  ZoneFigure,
} from '#contract/report-section.ts';
import type { Paper } from './paper.ts';
import { table } from './pdf-tables.ts';
import { sectionWords } from './section-words.ts';

/** More alerts or failures than a person reads on paper */
const mostEntries = 200;
const none = '–';

/** Those that the report has, in the order in which a reader asks: what happened on the site, then what the station did. */
export function sectionParts(paper: Paper): Content[] {
  const { zones, flows, models, alerts, incidents, performance } = paper.report.details;
  const say = tellerOf(paper);
  return [
    ...(zones === null ? [] : zonePart(zones, say)),
    ...(flows === null ? [] : flowPart(flows, say)),
    ...(models === null ? [] : modelPart(models, say)),
    ...(alerts === null ? [] : alertPart(alerts, say)),
    ...(incidents === null ? [] : incidentPart(incidents, say)),
    ...(performance === null ? [] : performancePart(performance, say)),
  ];
}

type Teller = ReturnType<typeof tellerOf>;

/** The paper with what sections say beside its own words. */
function tellerOf(paper: Paper) {
  const { language } = paper;
  const locale = language === 'vi' ? 'vi-VN' : 'en-GB';
  const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options);
  const [digits, percent] = [
    number({ maximumFractionDigits: 1 }),
    number({ style: 'percent', maximumFractionDigits: 1 }),
  ];
  return {
    paper,
    words: sectionWords[language],
    decimal: (value: number | null) => (value === null ? none : digits.format(value)),
    percent: (share: number) => percent.format(share),
    seconds: (value: number | null) => (value === null ? none : durationOf(value, number)),
    money: (value: number, currency: string) =>
      number({ style: 'currency', currency, maximumSignificantDigits: 3 }).format(value),
  };
}

/** "45 s", "3.5 min", "2.1 h" */
function durationOf(
  seconds: number,
  number: (options: Intl.NumberFormatOptions) => Intl.NumberFormat,
): string {
  const [value, unit] =
    seconds < 100
      ? ([seconds, 'second'] as const)
      : seconds < 6_000
        ? ([seconds / 60, 'minute'] as const)
        : ([seconds / 3_600, 'hour'] as const);
  const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return number(options).format(value);
}

const heading = (text: string): Content => ({ text, style: 'heading' });
const dim = (text: string): Content => ({ text, style: 'dim', margin: [0, 2, 0, 0] });

function zonePart(zones: readonly ZoneFigure[], say: Teller): Content[] {
  const { words, paper, seconds, decimal } = say;
  if (zones.length === 0) return [heading(words.zones), { text: words.noZones }];
  const head = [
    ...[paper.words.camera, words.zone, words.entered, words.left],
    ...[words.meanStay, words.medianStay, words.longestStay, words.meanInside, words.mostInside],
  ];
  const rows = zones.map((zone) => [
    zone.cameraName,
    zone.isDrawn ? zone.name : `${zone.name} (${paper.words.removed})`,
    ...[paper.number(zone.entered), paper.number(zone.left)],
    ...[zone.meanSeconds, zone.medianSeconds, zone.longestSeconds].map(seconds),
    decimal(zone.meanInside),
    zone.mostInside === null ? none : paper.number(zone.mostInside),
  ]);
  return [heading(words.zones), table(head, rows, 2), dim(words.zonesNote)];
}

function flowPart(flows: readonly FlowFigure[], say: Teller): Content[] {
  const { words, paper, seconds } = say;
  if (flows.length === 0) return [heading(words.flows), { text: words.noFlows }];
  const head = [paper.words.camera, words.flow, words.passages, words.meanWay];
  const rows = flows.map((flow) => [
    ...[flow.cameraName, flow.name],
    ...[paper.number(flow.passages), seconds(flow.meanSeconds)],
  ]);
  return [heading(words.flows), table(head, rows, 2)];
}

/** Where another model began to count. */
function modelPart(changes: readonly ModelChange[], { words, paper }: Teller): Content[] {
  const lines = changes.map(({ at, cameraName, model, former, why }) => {
    const reason = why === null || why.reason === '' ? '' : ` (${why.reason})`;
    const cause = why === null ? words.byItself : `${words.why[why.cause]} ${why.by}${reason}`;
    return `${paper.moment(at)}: ${cameraName}, ${former} – ${model}, ${cause}`;
  });
  return [
    heading(paper.words.modelChanges),
    lines.length === 0 ? { text: paper.words.noModelChanges } : { ul: lines },
  ];
}

function alertPart({ bySeverity, entries }: AlertsPart, { words, paper }: Teller): Content[] {
  if (entries.length === 0) return [heading(words.alerts), { text: words.noAlerts }];
  const shown = entries.slice(-mostEntries);
  const head = [words.what, words.about, words.takenBy, words.began, words.ended];
  const rows = shown.map((alert) => [
    `${alert.ruleName} (${words.severity[alert.severity]}): ${alert.detail}`,
    alert.subjectName ?? paper.report.site,
    alert.acknowledgedBy ?? none,
    paper.moment(alert.firedAt),
    alert.resolvedAt === null ? words.open : paper.moment(alert.resolvedAt),
  ]);
  const counts = {
    info: paper.number(bySeverity.info),
    warning: paper.number(bySeverity.warning),
    critical: paper.number(bySeverity.critical),
  };
  return [
    heading(words.alerts),
    { text: words.alertCount(counts), margin: [0, 0, 0, 3] },
    table(head, rows, ['*', 82, 66]),
  ];
}

function incidentPart(incidents: readonly IncidentEntry[], say: Teller): Content[] {
  const { words, paper, seconds } = say;
  if (incidents.length === 0) return [heading(words.incidents), { text: words.noIncidents }];
  const head = [words.what, words.missed, words.began, words.ended];
  const rows = incidents
    .slice(-mostEntries)
    .map(({ kind, cause, impact, from, to }) => [
      `${words.incident[kind]}: ${cause}`,
      impact.length === 0
        ? words.nothingMissed
        : impact
            .map((each) => `${each.cameraName}: ${seconds(each.notObservedSeconds)}`)
            .join(', '),
      paper.moment(from),
      to === null ? words.open : paper.moment(to),
    ]);
  return [heading(words.incidents), table(head, rows, ['*', 120])];
}

function performancePart(part: PerformancePart, say: Teller): Content[] {
  const { words, paper, decimal, percent, money } = say;
  const { from, to, models, pricePerHour, currency } = part;
  if (from === null || to === null || models.length === 0) {
    return [heading(words.performance), { text: words.noPerformance }];
  }
  const head = [
    ...[words.model, words.inferences, words.infer],
    ...[words.total, words.computeShare, ...(pricePerHour === null ? [] : [words.cost])],
  ];
  const rows = models.map((each) => [
    each.model,
    paper.number(each.inferences),
    `${decimal(each.inferP50Ms)} / ${decimal(each.inferP95Ms)}`,
    `${decimal(each.totalP95Ms)} ms`,
    percent(each.computeShare),
    ...(pricePerHour === null
      ? []
      : [each.costPerMillion === null ? none : money(each.costPerMillion, currency)]),
  ]);
  const facts = { from: paper.moment(from), to: paper.moment(to), hours: decimal(part.hours) };
  return [
    heading(words.performance),
    table(head, rows, 1),
    dim(words.performanceNote(facts)),
    dim(pricePerHour === null ? words.noPrice : words.costNote(money(pricePerHour, currency))),
  ];
}
