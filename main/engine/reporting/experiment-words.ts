/**
 * The words of an experiment on paper, in English and Vietnamese. The English sentence of a verdict comes with it; the
 * Vietnamese one is made here from its parts.
 */
import type { ExperimentFigure, ExperimentMode, ExperimentState } from '#contract/experiment.ts';
import type { ArmSettings } from '#contract/experiment-arm.ts';
import type { ExperimentAnswer, PairKind } from '#contract/experiment-event.ts';
import type {
  ExperimentOutcome,
  ExperimentVerdict,
  VerdictPart,
} from '#contract/experiment-verdict.ts';
import type { ReportLanguage } from '#contract/report.ts';

/** What a verdict, or the one that a decision rests on, says. */
export interface Told {
  readonly sentence: string;
  readonly outcome?: ExperimentOutcome | undefined;
  readonly parts: readonly VerdictPart[];
}

type QualityName = 'precision' | 'recall' | 'f1';

export interface ExperimentWords {
  readonly title: string;
  readonly site: string;
  readonly state: Readonly<Record<ExperimentState, string>>;
  readonly outcome: Readonly<Record<ExperimentOutcome, string>>;
  readonly sentence: (told: Told) => string;
  readonly setup: string;
  readonly settings: Readonly<Record<keyof ArmSettings, string>>;
  readonly how: string;
  readonly mode: Readonly<Record<ExperimentMode | 'clips', string>>;
  readonly where: string;
  readonly share: string;
  readonly rules: string;
  readonly rulesText: (rules: {
    readonly margin: string;
    readonly events: string;
    readonly hours: string;
  }) => string;
  readonly begun: string;
  readonly seen: string;
  readonly seenText: (frames: string, hours: string, drops: string) => string;
  readonly waits: string;
  readonly events: string;
  readonly kinds: Readonly<Record<PairKind, string>>;
  readonly kind: string;
  readonly count: string;
  readonly judged: string;
  readonly figures: string;
  readonly figure: string;
  readonly rate: string;
  readonly qualities: Readonly<Record<QualityName, string>>;
  readonly names: Readonly<Record<ExperimentFigure['name'], string>>;
  readonly tests: Readonly<Record<ExperimentFigure['test'], string>>;
  readonly test: string;
  readonly qualityChart: string;
  readonly noQuality: string;
  readonly crossingChart: string;
  readonly differences: string;
  readonly time: string;
  readonly place: string;
  readonly line: string;
  readonly right: string;
  readonly answers: Readonly<Record<ExperimentAnswer, string>>;
  readonly noAnswer: string;
  readonly nothing: string;
  readonly noDifferences: string;
  readonly more: (shown: number, all: number) => string;
  readonly decision: string;
  readonly undecided: string;
  readonly winner: Readonly<Record<'a' | 'b' | 'none', string>>;
  readonly reading: string;
  readonly readingLines: readonly string[];
  readonly readingSplit: readonly string[];
}

const qualities = { precision: 'Precision', recall: 'Recall', f1: 'F1' };
const tests = { 'mann-whitney': 'Mann–Whitney', welch: 'Welch t', 'chi-square': 'χ²' };

const en: ExperimentWords = {
  title: 'Experiment',
  site: 'Site',
  state: {
    ...{ draft: 'draft', running: 'running', paused: 'paused', decided: 'decided' },
    archived: 'in the archive',
  },
  outcome: {
    ...{ 'not-yet': 'Not yet', a: 'A is better', b: 'B is better', alike: 'They are alike' },
    ...{ differ: 'They differ', void: 'Not valid' },
  },
  sentence: ({ sentence }) => sentence,
  setup: 'What was compared',
  settings: {
    ...{ scoreFloor: 'score from', nmsIou: 'overlap to', trackFrom: 'tracks from' },
    ...{ inputSide: 'input (px)', eachNth: 'frame rate divided by' },
  },
  how: 'How',
  mode: {
    shadow: 'B looked on while A counted',
    recording: 'both looked at the recording',
    split: 'A or B counted, one time slot after the other',
    clips: 'both ran over the same clips',
  },
  where: 'Where',
  share: 'Share of the time',
  rules: 'Rules',
  rulesText: ({ margin, events, hours }) =>
    `a difference of F1 below ${margin} does not matter; at least ${events} events and ${hours} h`,
  begun: 'Begun',
  seen: 'Looked at',
  seenText: (frames, hours, drops) =>
    `${frames} pictures within ${hours} h; B had no time for ${drops}`,
  waits: 'It waits',
  events: 'Events',
  kinds: {
    ...{ both: 'Both alike', 'only-a': 'Only A', 'only-b': 'Only B' },
    different: 'Both, differently',
  },
  kind: 'Counted by',
  count: 'Events',
  judged: 'Answered by people',
  figures: 'Figures',
  figure: 'Figure',
  rate: 'Crossings per hour',
  qualities,
  names: {
    latency: 'Slowest 5 % of runs, ms',
    detections: 'Boxes per picture',
    score: 'Mean score',
    failures: 'Pictures that failed',
  },
  tests,
  test: 'Test',
  qualityChart: 'Precision, recall and F1 with 95 % intervals',
  noQuality: 'Precision, recall and F1 come with answers to each kind of event.',
  crossingChart: 'Crossings over time',
  differences: 'Where the arms differ',
  time: 'Time',
  place: 'Place',
  line: 'Line',
  right: 'Who is right',
  answers: { a: 'A', b: 'B', both: 'both', neither: 'neither' },
  noAnswer: 'not answered',
  nothing: 'nothing',
  noDifferences: 'Both arms counted every event alike.',
  more: (shown, all) => `${String(shown)} of ${String(all)} events; the station has all of them.`,
  decision: 'Decision',
  undecided: 'Nothing is decided yet.',
  winner: { a: 'A wins', b: 'B wins', none: 'What counts stays' },
  reading: 'How to read these numbers',
  readingLines: [
    'Both arms saw the same pictures, so that what they counted can be paired. People answer only where that tells something.',
    'Brackets and bars hold the true value with a chance of 95 %. Recall is the share of those whom at least one arm counted; what both miss is in no figure.',
    'p is the chance of so large a difference where there is none, corrected (Holm) for there being several figures. Intervals of figures take minutes as independent of each other.',
  ],
  readingSplit: [
    'One of the arms counted in each time slot of each camera, drawn by chance. The rows of the ledger name it. The first minute of a slot, and slots in which another model helped out, are left out.',
    'The difference of the rates is weighted by the chance of each arm and centred on what the camera counted before; its interval holds the true value with a chance of 95 % however often one looks.',
    'A split tells which arm counts more, not which one is right: a blind count on the page Trust does.',
  ],
};

const vi: ExperimentWords = {
  title: 'Thử nghiệm',
  site: 'Địa điểm',
  state: {
    ...{ draft: 'bản nháp', running: 'đang chạy', paused: 'tạm dừng', decided: 'đã quyết định' },
    archived: 'đã lưu trữ',
  },
  outcome: {
    ...{ 'not-yet': 'Chưa thể kết luận', a: 'A tốt hơn', b: 'B tốt hơn', alike: 'Như nhau' },
    ...{ differ: 'Có khác biệt', void: 'Không hợp lệ' },
  },
  sentence: sentenceInVietnamese,
  setup: 'Những gì được so sánh',
  settings: {
    ...{ scoreFloor: 'điểm từ', nmsIou: 'chồng lấn đến', trackFrom: 'bám vết từ' },
    ...{ inputSide: 'đầu vào (px)', eachNth: 'tốc độ khung hình chia cho' },
  },
  how: 'Cách so sánh',
  mode: {
    shadow: 'B quan sát trong khi A đếm',
    recording: 'cả hai xem bản ghi',
    split: 'A hoặc B đếm, lần lượt theo khung giờ',
    clips: 'cả hai chạy trên cùng các đoạn phim',
  },
  where: 'Ở đâu',
  share: 'Phần thời gian được xem',
  rules: 'Quy tắc',
  rulesText: ({ margin, events, hours }) =>
    `chênh lệch F1 dưới ${margin} là không đáng kể; ít nhất ${events} sự kiện và ${hours} giờ`,
  begun: 'Bắt đầu',
  seen: 'Đã xem',
  seenText: (frames, hours, drops) => `${frames} hình trong ${hours} giờ; B không kịp xem ${drops}`,
  waits: 'Đang chờ',
  events: 'Sự kiện',
  kinds: {
    ...{ both: 'Cả hai như nhau', 'only-a': 'Chỉ A', 'only-b': 'Chỉ B' },
    different: 'Cả hai nhưng khác nhau',
  },
  kind: 'Bên đếm được',
  count: 'Sự kiện',
  judged: 'Đã có người trả lời',
  figures: 'Chỉ số',
  figure: 'Chỉ số',
  rate: 'Lượt qua mỗi giờ',
  qualities: { precision: 'Độ chính xác', recall: 'Độ bao phủ', f1: 'F1' },
  names: {
    latency: '5 % lượt chạy chậm nhất, ms',
    detections: 'Số khung mỗi hình',
    score: 'Điểm trung bình',
    failures: 'Hình bị lỗi',
  },
  tests,
  test: 'Kiểm định',
  qualityChart: 'Độ chính xác, độ bao phủ và F1 với khoảng tin cậy 95 %',
  noQuality: 'Độ chính xác, độ bao phủ và F1 có khi mỗi loại sự kiện đã có câu trả lời.',
  crossingChart: 'Lượt qua theo thời gian',
  differences: 'Những chỗ hai bên khác nhau',
  time: 'Thời điểm',
  place: 'Nơi',
  line: 'Vạch',
  right: 'Bên đúng',
  answers: { a: 'A', b: 'B', both: 'cả hai', neither: 'không bên nào' },
  noAnswer: 'chưa trả lời',
  nothing: 'không đếm',
  noDifferences: 'Hai bên đếm mọi sự kiện như nhau.',
  more: (shown, all) => `${String(shown)} trên ${String(all)} sự kiện; trạm lưu đủ mọi sự kiện.`,
  decision: 'Quyết định',
  undecided: 'Chưa có quyết định.',
  winner: { a: 'A thắng', b: 'B thắng', none: 'Giữ nguyên mô hình đang đếm' },
  reading: 'Cách đọc các con số',
  readingLines: [
    'Hai bên xem cùng các hình, nên có thể ghép cặp những gì chúng đếm. Người xem chỉ trả lời ở những chỗ có thể cho biết thêm.',
    'Khoảng trong ngoặc và thanh ngang chứa giá trị thật với xác suất 95 %. Độ bao phủ là tỷ lệ trên những lượt mà ít nhất một bên đếm được; lượt mà cả hai bỏ sót không nằm trong chỉ số nào.',
    'p là xác suất có chênh lệch lớn như vậy khi thật ra không khác nhau, đã hiệu chỉnh (Holm) vì có nhiều chỉ số. Khoảng tin cậy của chỉ số coi các phút là độc lập với nhau.',
  ],
  readingSplit: [
    'Trong mỗi khung giờ của mỗi camera, một trong hai bên đếm, chọn ngẫu nhiên. Các dòng trong sổ ghi rõ bên nào. Phút đầu của khung giờ và những khung giờ có mô hình khác đếm giúp không được tính.',
    'Chênh lệch được tính theo xác suất của mỗi bên và so với những gì camera đã đếm trước đó; khoảng tin cậy chứa giá trị thật với xác suất 95 % dù xem bao nhiêu lần.',
    'Cách chia này cho biết bên nào đếm nhiều hơn, không cho biết bên nào đúng: hãy đếm đối chứng ở trang Tin cậy.',
  ],
};

function sentenceInVietnamese({ outcome, parts, sentence }: Told): string {
  // Decisions of before there were parts have only their sentence.
  if (outcome === undefined) return sentence;
  return `${vi.outcome[outcome]}: ${parts.map(partInVietnamese).join('; ')}.`;
}

function partInVietnamese(part: VerdictPart): string {
  switch (part.kind) {
    case 'failed':
      return part.text;
    case 'frames':
      return `hai bên không xem cùng các khung hình (A ${whole(part.a)}, B ${whole(part.b)}) nên không thể so sánh số đếm`;
    case 'events':
      return `mới đếm được ${whole(part.count)} sự kiện, cần ít nhất ${whole(part.least)}`;
    case 'hours':
      return `mới chạy được ${digits(part.hours, 1)} giờ, cần ${whole(part.least)} giờ để có đủ mọi giờ trong ngày`;
    case 'wins':
      return `ở những chỗ hai bên khác nhau, chỉ A đúng ${whole(part.a)} lần và chỉ B đúng ${whole(part.b)} lần (${chance(part.p)})`;
    case 'quality': {
      const { value, low, high } = part.difference;
      return `F1 của A ${digits(part.a, 3)}, của B ${digits(part.b, 3)}, chênh lệch ${signed(value)} (khoảng tin cậy 95 %: ${signed(low)} đến ${signed(high)})`;
    }
    case 'margin':
      return `mức đó nằm trong ngưỡng cho phép ${digits(part.margin, 2)}`;
    case 'more':
      return `${part.arm.toUpperCase()} đếm nhiều hơn`;
    case 'counts':
      return `${countsInVietnamese(part.counts)}${part.p === null ? '' : ` (${chance(part.p)})`}`;
    case 'chance':
      return 'số đếm không khác nhau quá mức ngẫu nhiên';
    case 'no-difference':
      return 'chưa thấy khác biệt';
    case 'needs-verdicts':
      return 'câu trả lời cho những chỗ khác nhau sẽ cho biết bên nào đúng';
    case 'slots':
      return `A đã đếm trong ${whole(part.a)} khung giờ và B trong ${whole(part.b)}, cần hơn ${whole(part.least)}`;
    case 'rates': {
      const { value, low, high } = part.difference;
      return `A đếm ${digits(part.a, 1)} lượt mỗi giờ và B ${digits(part.b, 1)}, chênh lệch ${signed(value, 1)} (khoảng tin cậy 95 % ở mọi lúc xem: ${signed(low, 1)} đến ${signed(high, 1)})`;
    }
    case 'needs-blind-count':
      return 'đếm đối chứng ở trang Tin cậy sẽ cho biết bên nào đúng';
  }
}

function countsInVietnamese(counts: ExperimentVerdict['counts']): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `hai bên đếm giống nhau ${whole(counts.both)} trên ${whole(all)} sự kiện, chỉ A ${whole(counts['only-a'])}, chỉ B ${whole(counts['only-b'])}, khác nhau ${whole(counts.different)}`;
}

function digits(value: number, fraction: number): string {
  const exact = { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
  return new Intl.NumberFormat('vi-VN', exact).format(value);
}

function whole(value: number): string {
  return digits(value, 0);
}

function signed(value: number, fraction = 3): string {
  return `${value < 0 ? '−' : '+'}${digits(Math.abs(value), fraction)}`;
}

function chance(p: number | null): string {
  if (p === null) return 'chưa kiểm định';
  return p < 0.001 ? 'p < 0,001' : `p = ${digits(p, 3)}`;
}

export const experimentWords: Readonly<Record<ReportLanguage, ExperimentWords>> = { en, vi };
