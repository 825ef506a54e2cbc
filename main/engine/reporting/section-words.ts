/**
 * The words of the sections of a report on paper, in English and Vietnamese.
 */
import type { Alert } from '#contract/alert.ts';
import type { IncidentKind } from '#contract/recovery.ts';
import type { AliasCause } from '#contract/registry.ts';
import type { ReportLanguage } from '#contract/report.ts';

type Severity = Alert['severity'];

export interface SectionWords {
  readonly zones: string;
  readonly zone: string;
  readonly entered: string;
  readonly left: string;
  readonly meanStay: string;
  readonly medianStay: string;
  readonly longestStay: string;
  readonly meanInside: string;
  readonly mostInside: string;
  readonly zonesNote: string;
  readonly noZones: string;
  readonly flows: string;
  readonly flow: string;
  readonly passages: string;
  readonly meanWay: string;
  readonly noFlows: string;
  readonly alerts: string;
  readonly noAlerts: string;
  /** "12 alerts: 1 critical, 4 warning, 7 info" */
  readonly alertCount: (of: Readonly<Record<Severity, string>>) => string;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly what: string;
  readonly about: string;
  readonly takenBy: string;
  readonly began: string;
  readonly ended: string;
  readonly open: string;
  readonly incidents: string;
  readonly noIncidents: string;
  readonly incident: Readonly<Record<IncidentKind, string>>;
  readonly missed: string;
  readonly nothingMissed: string;
  readonly model: string;
  readonly why: Readonly<Record<AliasCause, string>>;
  readonly byItself: string;
  readonly performance: string;
  readonly noPerformance: string;
  readonly inferences: string;
  readonly infer: string;
  readonly total: string;
  readonly computeShare: string;
  readonly cost: string;
  readonly performanceNote: (facts: {
    readonly from: string;
    readonly to: string;
    readonly hours: string;
  }) => string;
  readonly costNote: (price: string) => string;
  readonly noPrice: string;
}

const en: SectionWords = {
  zones: 'Stays in zones',
  zone: 'Zone',
  entered: 'Entered',
  left: 'Left',
  meanStay: 'Mean stay',
  medianStay: 'Median',
  longestStay: 'Longest',
  meanInside: 'Inside, mean',
  mostInside: 'Most at once',
  zonesNote:
    'Lengths are of stays that ended in this time. Mean number inside: time of all stays by the time observed. “–” where nobody stayed or where the single rows are in the archive.',
  noZones: 'No zone was drawn in this time.',
  flows: 'Ways from one place to another',
  flow: 'Way',
  passages: 'Passages',
  meanWay: 'Mean duration',
  noFlows: 'No way was defined in this time.',
  alerts: 'Alerts',
  noAlerts: 'There was no alert in this time.',
  alertCount: ({ critical, warning, info }) =>
    `Critical: ${critical}. Warnings: ${warning}. Infos: ${info}.`,
  severity: { info: 'info', warning: 'warning', critical: 'critical' },
  what: 'What',
  about: 'About',
  takenBy: 'Taken by',
  began: 'Began',
  ended: 'Ended',
  open: 'open',
  incidents: 'Failures and what they cost',
  noIncidents: 'Nothing failed in this time.',
  incident: {
    'worker-ended': 'Worker ended',
    'camera-lost': 'Camera lost',
    'camera-frozen': 'Camera frozen',
    'model-failing': 'Model failed',
    'provider-failing': 'Way of computing broke',
    'model-rolled-back': 'Model taken back',
    'memory-growth': 'Memory of a worker grew',
    database: 'Database could not be written',
    'station-down': 'Station did not run',
  },
  missed: 'Not observed',
  nothingMissed: 'nothing',
  model: 'Model',
  why: {
    chosen: 'chosen by',
    'rolled-back': 'rolled back by',
    guardrail: 'taken back by',
  },
  byItself: 'by the station, because another one failed or counts again',
  performance: 'Performance of models, and cost',
  noPerformance: 'Of this time there are no figures by the minute any more.',
  inferences: 'Inferences',
  infer: 'ms, half / 95 %',
  total: 'Picture to count, 95 %',
  computeShare: 'Of the computing',
  cost: 'A million cost',
  performanceNote: ({ from, to, hours }) =>
    `From figures by the minute from ${from} to ${to}, in which the station ran ${hours} hours.`,
  costNote: (price) =>
    `Cost of a million inferences: ${price} an hour × hours × the model’s part of the computing time ÷ its inferences × 1,000,000.`,
  noPrice: 'No price of this PC is set (pcPricePerHour), so no cost is told.',
};

const vi: SectionWords = {
  zones: 'Thời gian ở trong khu vực',
  zone: 'Khu vực',
  entered: 'Đã vào',
  left: 'Đã rời',
  meanStay: 'Trung bình',
  medianStay: 'Trung vị',
  longestStay: 'Lâu nhất',
  meanInside: 'Bên trong, TB',
  mostInside: 'Đông nhất',
  zonesNote:
    'Độ dài tính theo các lượt ở đã kết thúc trong thời gian này. Số trung bình bên trong: tổng thời gian ở chia cho thời gian quan sát. “–” nơi không có ai ở lại, hoặc các dòng riêng lẻ đã nằm trong kho lưu trữ.',
  noZones: 'Không có khu vực nào được vẽ trong thời gian này.',
  flows: 'Đường đi từ nơi này đến nơi khác',
  flow: 'Đường đi',
  passages: 'Số lượt',
  meanWay: 'Thời gian TB',
  noFlows: 'Không có đường đi nào được định nghĩa trong thời gian này.',
  alerts: 'Cảnh báo',
  noAlerts: 'Không có cảnh báo nào trong thời gian này.',
  alertCount: ({ critical, warning, info }) =>
    `Nghiêm trọng: ${critical}. Cần chú ý: ${warning}. Thông tin: ${info}.`,
  severity: { info: 'thông tin', warning: 'cần chú ý', critical: 'nghiêm trọng' },
  what: 'Sự việc',
  about: 'Liên quan',
  takenBy: 'Người nhận',
  began: 'Bắt đầu',
  ended: 'Kết thúc',
  open: 'chưa hết',
  incidents: 'Sự cố và thiệt hại',
  noIncidents: 'Không có sự cố nào trong thời gian này.',
  incident: {
    'worker-ended': 'Tiến trình xử lý đã dừng',
    'camera-lost': 'Mất camera',
    'camera-frozen': 'Camera bị đứng hình',
    'model-failing': 'Mô hình bị lỗi',
    'provider-failing': 'Cách tính bị hỏng',
    'model-rolled-back': 'Mô hình bị thu hồi',
    'memory-growth': 'Bộ nhớ của tiến trình tăng dần',
    database: 'Không ghi được cơ sở dữ liệu',
    'station-down': 'Trạm không chạy',
  },
  missed: 'Không quan sát được',
  nothingMissed: 'không thiếu',
  model: 'Mô hình',
  why: {
    chosen: 'do chọn bởi',
    'rolled-back': 'do quay lại bởi',
    guardrail: 'do tự rút lại bởi',
  },
  byItself: 'do trạm tự đổi, vì mô hình khác bị lỗi hoặc đếm trở lại',
  performance: 'Hiệu năng mô hình và chi phí',
  noPerformance: 'Không còn số liệu từng phút của thời gian này.',
  inferences: 'Số lần suy luận',
  infer: 'ms, một nửa / 95 %',
  total: 'Từ hình đến số đếm, 95 %',
  computeShare: 'Phần tính toán',
  cost: 'Một triệu lần tốn',
  performanceNote: ({ from, to, hours }) =>
    `Theo số liệu từng phút từ ${from} đến ${to}, trong đó trạm đã chạy ${hours} giờ.`,
  costNote: (price) =>
    `Chi phí một triệu lần suy luận: ${price} mỗi giờ × số giờ × phần thời gian tính toán của mô hình ÷ số lần suy luận × 1.000.000.`,
  noPrice: 'Chưa đặt giá của máy này (pcPricePerHour), nên không có chi phí.',
};

export const sectionWords: Readonly<Record<ReportLanguage, SectionWords>> = { en, vi };
