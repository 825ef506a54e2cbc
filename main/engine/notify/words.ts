/**
 * The words of notifications in English and Vietnamese: one row per metric, one word per phase, severity and fact.
 */
import type { AlertNotice } from '#contract/alert-notice.ts';

export type Language = 'en' | 'vi';

/** Words about one metric. */
export interface MetricWords {
  readonly title: string;
  /** What is wrong, in a sentence; null: the notice's own English one says it */
  readonly sentence: string | null;
  readonly advice: string;
}

type Metric = Readonly<Record<Language, MetricWords>>;

function metric(
  en: readonly [title: string, advice: string],
  vi: readonly [title: string, sentence: string, advice: string],
): Metric {
  return {
    en: { title: en[0], sentence: null, advice: en[1] },
    vi: { title: vi[0], sentence: vi[1], advice: vi[2] },
  };
}

export const metricWords: Readonly<Record<string, Metric>> = {
  latency: metric(
    [
      'Inference is slow',
      'Look at Health: which step takes the time? A smaller model or fewer cameras help.',
    ],
    [
      'Suy luận chậm',
      'Phân tích một khung hình mất quá nhiều thời gian.',
      'Hãy xem mục Tình trạng để biết bước nào chậm. Mô hình nhỏ hơn hoặc ít camera hơn sẽ giúp ích.',
    ],
  ),
  throughput: metric(
    [
      'Too few pictures are analysed',
      'Look at Health and at the cameras: is one slow, or is the PC busy with something else?',
    ],
    [
      'Phân tích được quá ít hình',
      'Số khung hình được phân tích mỗi giây thấp hơn mức cần thiết.',
      'Hãy xem mục Tình trạng và các camera: có camera nào chậm, hay máy đang bận việc khác?',
    ],
  ),
  cpu: metric(
    ['The processor is busy', 'Close other programs on the PC, or choose a smaller model.'],
    [
      'Bộ xử lý quá tải',
      'Bộ xử lý của máy bận gần như liên tục.',
      'Hãy đóng các chương trình khác trên máy, hoặc chọn mô hình nhỏ hơn.',
    ],
  ),
  memory: metric(
    ['Memory runs short', 'Close other programs on the PC, or run fewer models at once.'],
    [
      'Sắp hết bộ nhớ',
      'Máy dùng gần hết bộ nhớ.',
      'Hãy đóng các chương trình khác trên máy, hoặc chạy ít mô hình cùng lúc hơn.',
    ],
  ),
  errors: metric(
    ['Many errors', 'Open Health and look at the newest errors with their codes.'],
    [
      'Nhiều lỗi',
      'Trạm gặp nhiều lỗi trong thời gian ngắn.',
      'Hãy mở mục Tình trạng và xem các lỗi mới nhất cùng mã của chúng.',
    ],
  ),
  accuracy: metric(
    [
      'Counting has become less accurate',
      'Do a blind count on this line, and compare the model with the one before.',
    ],
    [
      'Độ chính xác giảm',
      'Việc đếm kém chính xác hơn mức cho phép.',
      'Hãy đếm đối chứng tại vạch này và so mô hình hiện tại với mô hình trước.',
    ],
  ),
  'camera-offline': metric(
    [
      'Camera offline',
      'Check its power and network cable; the station tries to connect again by itself.',
    ],
    [
      'Mất kết nối camera',
      'Trạm không nhận được hình từ camera.',
      'Hãy kiểm tra nguồn điện và cáp mạng của camera; trạm sẽ tự thử kết nối lại.',
    ],
  ),
  'camera-frozen': metric(
    [
      'Camera picture is frozen',
      'Restart the camera; nothing is counted on it until the picture moves.',
    ],
    [
      'Hình camera bị đứng',
      'Camera vẫn gửi hình nhưng hình không thay đổi.',
      'Hãy khởi động lại camera; chừng nào hình còn đứng thì camera này không được đếm.',
    ],
  ),
  'camera-view': metric(
    [
      'Camera moved, covered or in the dark',
      'Look at the live picture. If the camera was turned, turn it back or draw its lines again: until then they count at the wrong place.',
    ],
    [
      'Camera bị xoay, bị che hoặc quá tối',
      'Hình camera không còn giống cảnh mà các vạch đã được vẽ trên đó.',
      'Hãy xem hình trực tiếp. Nếu camera bị xoay, hãy xoay lại hoặc vẽ lại các vạch: cho đến lúc đó vạch đếm sai chỗ.',
    ],
  ),
  'count-anomaly': metric(
    [
      'Unusual count',
      'Look at the live picture: is it really so, or is the camera moved or covered?',
    ],
    [
      'Số đếm bất thường',
      'Số đếm khác xa mức thường thấy vào giờ này trong tuần.',
      'Hãy xem hình trực tiếp: thực tế đúng như vậy, hay camera bị xê dịch hoặc bị che?',
    ],
  ),
  occupancy: metric(
    ['Too many inside', 'Go and look; let nobody more in until the number is below the limit.'],
    [
      'Quá đông người',
      'Số người bên trong vượt giới hạn.',
      'Hãy đến xem và tạm ngừng cho vào đến khi số người xuống dưới giới hạn.',
    ],
  ),
  loitering: metric(
    ['Somebody lingers', 'Look at the live picture, and go there if needed.'],
    [
      'Có người nán lại lâu',
      'Có người ở lại trong vùng lâu hơn mức cho phép.',
      'Hãy xem hình trực tiếp và đến tận nơi nếu cần.',
    ],
  ),
  'count-trust': metric(
    ['Counts are doubtful', 'Open Trust and choose the hour: it says what to look at first.'],
    [
      'Số đếm đáng ngờ',
      'Số đếm giờ qua của vạch này khác thường nên đáng ngờ.',
      'Hãy mở mục Độ tin cậy và chọn giờ đó: trạm cho biết nên xem gì trước.',
    ],
  ),
  'line-trust': metric(
    [
      'A line cannot be trusted',
      'Open the line in Review: the line doctor says where it would count better.',
    ],
    [
      'Vạch đếm không đáng tin',
      'Kết quả đếm tại vạch này hiện không đáng tin.',
      'Hãy mở vạch trong phần xem lại: công cụ kiểm tra vạch cho biết nên đặt vạch ở đâu.',
    ],
  ),
  disk: metric(
    ['The disk is nearly full', 'Free some room, or let the recording ring keep less.'],
    [
      'Ổ đĩa sắp đầy',
      'Ổ đĩa của trạm gần hết chỗ trống.',
      'Hãy giải phóng chỗ trống, hoặc giảm dung lượng ghi hình lưu giữ.',
    ],
  ),
  database: metric(
    [
      'The database cannot be written',
      'Look at Health for the reason; counts wait in the spool and are not lost until it is full.',
    ],
    [
      'Không ghi được cơ sở dữ liệu',
      'Trạm không ghi được vào cơ sở dữ liệu.',
      'Hãy xem nguyên nhân ở mục Tình trạng; số đếm được giữ tạm và chưa mất chừng nào bộ đệm chưa đầy.',
    ],
  ),
  'central-behind': metric(
    [
      'The central database is behind',
      'Open Health to see why it cannot be reached. The station goes on counting and brings everything later.',
    ],
    [
      'Cơ sở dữ liệu trung tâm bị chậm',
      'Số liệu của trạm chưa tới được cơ sở dữ liệu trung tâm.',
      'Hãy xem nguyên nhân ở mục Tình trạng. Trạm vẫn đếm và sẽ gửi bù tất cả.',
    ],
  ),
  'model-rolled-back': metric(
    ['A model was rolled back', 'Open Models: the history says what the new model did wrong.'],
    [
      'Mô hình đã bị rút lại',
      'Mô hình mới làm việc không tốt nên trạm đã quay về mô hình trước.',
      'Hãy mở mục Mô hình: lịch sử cho biết mô hình mới sai ở đâu.',
    ],
  ),
  'no-model': metric(
    ['Nothing counts: no model', 'Open Models and choose one that counts.'],
    [
      'Không đếm được: không có mô hình',
      'Trạm không có mô hình nào dùng được nên không đếm.',
      'Hãy mở mục Mô hình và chọn một mô hình để đếm.',
    ],
  ),
  'stand-in': metric(
    [
      'Another model stands in',
      'Open Models and Health: the champion of this camera has failed and is tried again by itself.',
    ],
    [
      'Mô hình dự phòng đang đếm',
      'Trên camera này, một mô hình khác đang đếm thay cho mô hình chính.',
      'Hãy xem mục Mô hình và Tình trạng: mô hình chính gặp lỗi và sẽ tự được thử lại.',
    ],
  ),
  test: metric(
    ['Test of a channel', 'There is nothing to do.'],
    [
      'Thử kênh thông báo',
      'Đây là tin thử: không có gì bất thường, và cảnh báo của trạm sẽ đến được đây.',
      'Bạn không cần làm gì.',
    ],
  ),
};

/** For metrics that have no row. */
export const generalWords: Metric = {
  en: { title: 'Alert', sentence: null, advice: 'Open the station’s page and look what is wrong.' },
  vi: {
    title: 'Cảnh báo',
    sentence: null,
    advice: 'Hãy mở trang của trạm và xem có gì bất thường.',
  },
};

/** Units of metrics as they are written behind a number; any other is written as it is. */
export const unitWords: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  percent: { en: '%', vi: '%' },
  events: { en: 'times', vi: 'lần' },
  people: { en: 'people', vi: 'người' },
  sigma: { en: 'standard deviations', vi: 'độ lệch chuẩn' },
};

export interface CommonWords {
  readonly phase: Readonly<Record<AlertNotice['phase'], string>>;
  readonly severity: Readonly<Record<AlertNotice['severity'], string>>;
  readonly what: string;
  readonly advice: string;
  readonly camera: string;
  readonly subject: string;
  readonly value: string;
  readonly limit: string;
  readonly since: string;
  readonly lasted: string;
  readonly importance: string;
  readonly station: string;
  readonly open: string;
}

export const commonWords: Readonly<Record<Language, CommonWords>> = {
  en: {
    phase: {
      firing: 'Alert',
      escalated: 'Nobody has acknowledged',
      acknowledged: 'Acknowledged',
      resolved: 'Resolved',
      test: 'Test',
    },
    severity: { info: 'info', warning: 'warning', critical: 'critical' },
    what: 'What is wrong',
    advice: 'What to do',
    camera: 'Camera',
    subject: 'About',
    value: 'Value',
    limit: 'Limit',
    since: 'Since',
    lasted: 'Lasted',
    importance: 'Severity',
    station: 'Station',
    open: 'Open the station',
  },
  vi: {
    phase: {
      firing: 'Cảnh báo',
      escalated: 'Chưa ai xác nhận',
      acknowledged: 'Đã xác nhận',
      resolved: 'Đã hết',
      test: 'Tin thử',
    },
    severity: { info: 'thông tin', warning: 'cần chú ý', critical: 'nghiêm trọng' },
    what: 'Sự việc',
    advice: 'Việc cần làm',
    camera: 'Camera',
    subject: 'Liên quan',
    value: 'Giá trị',
    limit: 'Giới hạn',
    since: 'Từ lúc',
    lasted: 'Kéo dài',
    importance: 'Mức độ',
    station: 'Trạm',
    open: 'Mở trang của trạm',
  },
};
