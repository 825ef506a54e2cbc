/**
 * Names of the classes of the data set COCO, which most detectors were trained on.
 */

/** The 90 numbers of the COCO papers, of which 80 are in use; index 0 is number 1. */
export const cocoPaperNames: readonly string[] = [
  ...['person', 'bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat'],
  ...['traffic light', 'fire hydrant', 'street sign', 'stop sign', 'parking meter', 'bench'],
  ...['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
  ...['hat', 'backpack', 'umbrella', 'shoe', 'eye glasses', 'handbag', 'tie', 'suitcase'],
  ...['frisbee', 'skis', 'snowboard', 'sports ball', 'kite', 'baseball bat', 'baseball glove'],
  ...['skateboard', 'surfboard', 'tennis racket', 'bottle', 'plate', 'wine glass', 'cup', 'fork'],
  ...['knife', 'spoon', 'bowl', 'banana', 'apple', 'sandwich', 'orange', 'broccoli', 'carrot'],
  ...['hot dog', 'pizza', 'donut', 'cake', 'chair', 'couch', 'potted plant', 'bed', 'mirror'],
  ...['dining table', 'window', 'desk', 'toilet', 'door', 'tv', 'laptop', 'mouse', 'remote'],
  ...['keyboard', 'cell phone', 'microwave', 'oven', 'toaster', 'sink', 'refrigerator', 'blender'],
  ...['book', 'clock', 'vase', 'scissors', 'teddy bear', 'hair drier', 'toothbrush'],
];

/** Numbers that the papers name and the data set never uses. */
const unused: ReadonlySet<string> = new Set([
  ...['street sign', 'hat', 'shoe', 'eye glasses', 'plate', 'mirror', 'window', 'desk', 'door'],
  'blender',
]);

/** The 80 classes in use, in the order in which detectors number them from 0. */
export const cocoNames: readonly string[] = cocoPaperNames.filter((name) => !unused.has(name));
