/**
 * The heads by the name they have on a model's card.
 */
import type { Head } from '#contract/model.ts';
import type { DecodeHead } from '#engine/inference/head.ts';
import { decodeDetr } from './detr.ts';
import { decodeNanodet } from './nanodet.ts';
import { decodeEnd2end7, decodePicodetNms, decodeYolov10 } from './rows.ts';
import { decodeSsdTfod } from './ssd-tfod.ts';
import { decodeYolov5 } from './yolov5.ts';
import { decodeYolov8 } from './yolov8.ts';
import { decodeYolox } from './yolox.ts';

export const heads: Record<Head, DecodeHead> = {
  yolox: decodeYolox,
  yolov5: decodeYolov5,
  yolov8: decodeYolov8,
  yolov10: decodeYolov10,
  detr: decodeDetr,
  'ssd-tfod': decodeSsdTfod,
  'picodet-nms': decodePicodetNms,
  nanodet: decodeNanodet,
  'end2end-7': decodeEnd2end7,
};
