/**
 * The words of reports on paper, in English and Vietnamese.
 */
import type { Label } from '#contract/detection.ts';
import type { ReportBucket, ReportLanguage } from '#contract/report.ts';

export interface ReportWords {
  readonly title: Readonly<Record<'lines' | 'zones', string>>;
  readonly site: string;
  readonly period: string;
  readonly buckets: Readonly<Record<ReportBucket, string>>;
  readonly by: string;
  readonly dayStart: (hour: number) => string;
  readonly onlyClasses: string;
  readonly in: Readonly<Record<'lines' | 'zones', string>>;
  readonly out: Readonly<Record<'lines' | 'zones', string>>;
  readonly interval: string;
  readonly observed: string;
  readonly against: string;
  readonly chart: string;
  readonly unobserved: string;
  readonly modelChange: string;
  readonly heat: string;
  readonly heatNote: string;
  readonly weekdays: readonly string[];
  readonly byPlace: Readonly<Record<'lines' | 'zones', string>>;
  readonly byTime: string;
  readonly byClass: string;
  readonly camera: string;
  readonly place: Readonly<Record<'lines' | 'zones', string>>;
  readonly time: string;
  readonly class: string;
  readonly classes: Readonly<Record<Label, string>>;
  readonly basis: string;
  readonly audited: string;
  readonly notAudited: string;
  readonly removed: string;
  readonly total: string;
  readonly modelChanges: string;
  readonly noModelChanges: string;
  readonly certificates: string;
  readonly noCertificates: string;
  readonly certificate: (facts: CertificateFacts) => string;
  readonly stillHolds: string;
  readonly outOfDate: string;
  readonly how: string;
  readonly howInterval: string;
  readonly howZones: string;
  readonly howObserved: string;
  readonly more: (shown: number, all: number) => string;
  readonly madeAt: string;
  readonly page: (page: number, pages: number) => string;
  readonly empty: string;
}

export interface CertificateFacts {
  readonly line: string;
  readonly on: string;
  readonly by: string;
  readonly model: string;
  readonly recall: string;
  readonly precision: string;
  readonly clips: number;
}

const en: ReportWords = {
  title: { lines: 'Counts at lines', zones: 'Counts in zones' },
  site: 'Site',
  period: 'Period',
  by: 'by',
  buckets: {
    minute: 'minute',
    quarter: 'quarter of an hour',
    hour: 'hour',
    day: 'day',
    week: 'week',
    month: 'month',
  },
  dayStart: (hour) => `days begin at ${String(hour)}:00`,
  onlyClasses: 'only',
  in: { lines: 'In', zones: 'Entered' },
  out: { lines: 'Out', zones: 'Left' },
  interval: '95 % interval',
  observed: 'Observed',
  against: 'compared with',
  chart: 'Over time',
  unobserved: 'less than 90 % observed',
  modelChange: 'another model counts from here on',
  heat: 'By weekday and hour',
  heatNote:
    'Mean number an hour of observation, both directions; empty where less than half an hour was observed.',
  weekdays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
  byPlace: { lines: 'By line', zones: 'By zone' },
  byTime: 'By time',
  byClass: 'By class',
  camera: 'Camera',
  place: { lines: 'Line', zones: 'Zone' },
  time: 'From',
  class: 'Class',
  classes: {
    person: 'People',
    vehicle: 'Vehicles',
    bicycle: 'Bicycles',
    animal: 'Animals',
    other: 'Other',
  },
  basis: 'Accuracy',
  audited: 'certified',
  notAudited: 'never checked',
  removed: 'removed',
  total: 'Together',
  modelChanges: 'Changes of the model',
  noModelChanges: 'The same model counted on each camera all the time.',
  certificates: 'Certificates of accuracy',
  noCertificates:
    'No line of this report has a certificate for the way it counted. A blind count on the page Trust gives one.',
  certificate: ({ line, on, by, model, recall, precision, clips }) =>
    `Line “${line}”: on ${on} ${by} counted ${String(clips)} clips blind. The station (${model}) found ${recall} of the true crossings, and ${precision} of what it counted was true.`,
  stillHolds: 'It holds for what counts now.',
  outOfDate: 'It holds for the time before the line, the model or the settings changed.',
  how: 'How to read these numbers',
  howInterval:
    'Columns “95 %”: the true number of what passed while the camera was observed lies between these two with a chance of 95 %. Where a person has checked the line (a blind count), they follow from that; where not, they follow from public test films and are wide. Bounds of several lines are added up, as if all erred alike.',
  howZones: 'How well zones count was never measured, so they have no interval.',
  howObserved:
    '“Observed” is the share of the time in which the line was drawn and its camera gave pictures that were analysed. Nothing is filled in for the rest: a count is of the observed time alone.',
  more: (shown, all) => `${String(shown)} of ${String(all)} rows; the CSV file has all of them.`,
  madeAt: 'made on',
  page: (page, pages) => `page ${String(page)} of ${String(pages)}`,
  empty: 'Nothing was drawn or counted in this time.',
};

const vi: ReportWords = {
  title: { lines: 'Số lượt qua vạch', zones: 'Số lượt vào ra khu vực' },
  site: 'Địa điểm',
  period: 'Thời gian',
  by: 'theo',
  buckets: {
    minute: 'phút',
    quarter: 'mười lăm phút',
    hour: 'giờ',
    day: 'ngày',
    week: 'tuần',
    month: 'tháng',
  },
  dayStart: (hour) => `ngày bắt đầu lúc ${String(hour)}:00`,
  onlyClasses: 'chỉ gồm',
  in: { lines: 'Vào', zones: 'Đã vào' },
  out: { lines: 'Ra', zones: 'Đã rời' },
  interval: 'khoảng tin cậy 95 %',
  observed: 'Quan sát',
  against: 'so với',
  chart: 'Theo thời gian',
  unobserved: 'quan sát được dưới 90 %',
  modelChange: 'từ đây một mô hình khác đếm',
  heat: 'Theo thứ trong tuần và giờ',
  heatNote: 'Số trung bình mỗi giờ quan sát, cả hai chiều; để trống nơi quan sát chưa đủ nửa giờ.',
  weekdays: ['T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN'],
  byPlace: { lines: 'Theo vạch', zones: 'Theo khu vực' },
  byTime: 'Theo thời gian',
  byClass: 'Theo loại',
  camera: 'Camera',
  place: { lines: 'Vạch', zones: 'Khu vực' },
  time: 'Từ',
  class: 'Loại',
  classes: {
    person: 'Người',
    vehicle: 'Xe',
    bicycle: 'Xe đạp',
    animal: 'Động vật',
    other: 'Khác',
  },
  basis: 'Độ chính xác',
  audited: 'đã chứng nhận',
  notAudited: 'chưa kiểm tra',
  removed: 'đã xóa',
  total: 'Tổng cộng',
  modelChanges: 'Thay đổi mô hình',
  noModelChanges: 'Trên mỗi camera, cùng một mô hình đã đếm suốt thời gian này.',
  certificates: 'Chứng nhận độ chính xác',
  noCertificates:
    'Không vạch nào trong báo cáo này có chứng nhận cho cách đã đếm. Hãy đếm đối chứng ở trang Tin cậy để có chứng nhận.',
  certificate: ({ line, on, by, model, recall, precision, clips }) =>
    `Vạch “${line}”: ngày ${on}, ${by} đã đếm đối chứng ${String(clips)} đoạn phim. Trạm (${model}) tìm thấy ${recall} số lượt qua thật, và ${precision} số lượt đã đếm là đúng.`,
  stillHolds: 'Chứng nhận còn hiệu lực với cách đếm hiện nay.',
  outOfDate: 'Chứng nhận có hiệu lực cho thời gian trước khi vạch, mô hình hoặc cài đặt thay đổi.',
  how: 'Cách đọc các con số',
  howInterval:
    'Cột “95 %”: số thật đã qua trong lúc camera được quan sát nằm giữa hai số này với xác suất 95 %. Nếu đã có người kiểm tra vạch (đếm đối chứng), khoảng này dựa vào kết quả đó; nếu chưa, nó dựa vào các đoạn phim thử công khai và khá rộng. Cận của nhiều vạch được cộng lại, như thể mọi vạch sai cùng chiều.',
  howZones: 'Độ chính xác khi đếm trong khu vực chưa từng được đo, nên không có khoảng tin cậy.',
  howObserved:
    '“Quan sát” là phần thời gian mà vạch đã được vẽ và hình từ camera được phân tích. Phần còn lại không được ước lượng thêm: con số chỉ gồm thời gian quan sát được.',
  more: (shown, all) => `${String(shown)} trên ${String(all)} dòng; tệp CSV có đủ mọi dòng.`,
  madeAt: 'lập lúc',
  page: (page, pages) => `trang ${String(page)} / ${String(pages)}`,
  empty: 'Không có gì được vẽ hay đếm trong thời gian này.',
};

export const reportWords: Readonly<Record<ReportLanguage, ReportWords>> = { en, vi };
