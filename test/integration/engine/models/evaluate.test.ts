import { describe, expect, it } from 'vitest';
import { evaluateModel } from '#engine/evaluate-model.ts';
import { probeNetwork } from '#engine/inference/probe-network.ts';
import { tryCard } from '#engine/inference/try-card.ts';
import { inspectModel } from '#engine/models/inspect.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';

/** Person AP50 that the shared material states, measured there with other tools. */
const stated: readonly (readonly [name: string, ap50: number])[] = [
  ['yolox_nano', 63.0],
  ['deimv2_hgnetv2_femto_coco', 66.7],
  ['picodet_xs_320_lcnet_postprocessed', 59.0],
  ['yolov8n_int8', 75.8],
  ['yolov10n_int8', 74.4],
  ['derived_yolov5_layout_v5lite_e', 53.9],
  ['derived_tfod_nhwc_uint8', 66.6],
];
/** Takes a minute where the processor has no instructions for 8 bits. */
const slow = 'yolov10n_int8';
const wantsAll = process.env['TALLYWATCH_ALL_TRIALS'] === '1';
/** 128 pictures take 2 s on a fast model and 30 s on a slow one; a busy machine takes ten times as long. */
const timeoutMs = 1_200_000;
const percent = (share: number) => Math.round(share * 1000) / 10;

describe.skipIf(!hasShared)(`accuracy of recognised models (${sharedMissing})`, () => {
  it.for(stated)(
    '%s finds people as well as stated (AP50 %d)',
    { timeout: timeoutMs },
    async ([name, ap50], { skip }) => {
      skip(name === slow && !wantsAll, 'needs TALLYWATCH_ALL_TRIALS=1');
      const file = sharedPath(`models/${name}.onnx`)!;
      const { card } = await inspectModel(
        { file },
        { describeElsewhere: () => Promise.resolve(null), probeNetwork, tryCard },
      );
      const { classes, mean, pictures } = await evaluateModel({
        file,
        card,
        provider: 'cpu',
        intraOpThreads: 2,
        imagesFolder: sharedPath('images/coco_val2017_128')!,
        annotationsFile: sharedPath('images/coco_val2017_128.json')!,
      });
      const person = classes['person']!;
      console.log(
        `${name.padEnd(36)} person AP50 ${percent(person.ap50)} AP ${percent(person.ap)} · mean AP50 ${percent(mean.ap50)} AP ${percent(mean.ap)} · stated ${ap50}`,
      );
      expect(pictures).toBe(128);
      expect(Math.abs(percent(person.ap50) - ap50)).toBeLessThanOrEqual(1.5);
    },
  );
});
