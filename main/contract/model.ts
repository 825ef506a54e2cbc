/**
 * Models: what a network file is, how its pictures are prepared and its outputs read.
 */
import { z } from 'zod';
import { Label } from './detection.ts';
import { Size } from './geometry.ts';
import { procedure } from './procedure.ts';

/** How the outputs of a network are read. */
export const Head = z.enum([
  'yolox',
  'yolov5',
  'yolov8',
  'yolov10',
  'detr',
  'ssd-tfod',
  'picodet-nms',
  'nanodet',
  'end2end-7',
]);
export type Head = z.infer<typeof Head>;

/** How a picture becomes the input tensor. */
export const Preprocess = z.object({
  resize: z.enum(['letterbox-top-left', 'letterbox-centre', 'stretch', 'crop']),
  /** Grey value of the padding, 0…255 */
  pad: z.number().min(0).max(255),
  colour: z.enum(['rgb', 'bgr']),
  layout: z.enum(['nchw', 'nhwc']),
  dtype: z.enum(['float32', 'float16', 'uint8']),
  /** value = (pixel × scale − mean) ÷ std, per channel in the order of `colour` */
  scale: z.number().positive(),
  mean: z.tuple([z.number(), z.number(), z.number()]),
  std: z.tuple([z.number(), z.number(), z.number()]),
});
export type Preprocess = z.infer<typeof Preprocess>;

/** What the station must know to run a model and to read its answers. */
export const ModelCard = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+(?:-[0-9a-z.-]+)?$/, 'a semantic version such as 1.2.0'),
  head: Head,
  input: Size,
  preprocess: Preprocess,
  /** The model's own class names in the order of its outputs */
  classes: z.array(z.string()),
  /** Which of them the station counts, and as what: class name → label */
  labels: z.record(z.string(), Label),
  /** Detections below this score are dropped at once, 0…1 */
  scoreFloor: z.number().min(0).max(1),
  /** Overlap above which the weaker of two boxes is dropped, 0…1 */
  nmsIou: z.number().min(0).max(1),
  licence: z.string(),
  /** What it is, what it was trained on, what it must not be used for */
  notes: z.string(),
});
export type ModelCard = z.infer<typeof ModelCard>;

/** SHA-256 in lower-case hex */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/);
export type Digest = z.infer<typeof Digest>;

/** A model version in the registry. */
export const Model = z.object({
  card: ModelCard,
  digest: Digest,
  bytes: z.number().int().positive(),
  /** Whether the cameras count with it now */
  isChampion: z.boolean(),
  /** Whether it is the small detector that comes with the station */
  isEmbedded: z.boolean(),
  importedAt: z.number().int(),
});
export type Model = z.infer<typeof Model>;

export const modelProcedures = {
  'model.list': procedure({
    kind: 'query',
    route: 'GET /models',
    role: 'viewer',
    summary: 'Lists the models of this station',
    input: z.object({}),
    output: z.array(Model),
  }),
  'model.import': procedure({
    kind: 'command',
    route: 'POST /models',
    role: 'ml-engineer',
    summary: 'Imports an ONNX file of this PC after proving that it loads and detects',
    input: z.object({ path: z.string().min(1), name: z.string().optional() }),
    output: Model,
  }),
  'model.activate': procedure({
    kind: 'command',
    route: 'POST /models/{digest}/activate',
    role: 'admin',
    summary: 'Makes a model the one that all cameras count with',
    input: z.object({ digest: Digest }),
    output: Model,
  }),
};
