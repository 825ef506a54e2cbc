/**
 * Models: what a network file is, how its pictures are prepared and its outputs read.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Detection, Label } from './detection.ts';
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

/** One file of a version. `path` is relative to the folder of the version, with `/`. */
export const ModelFile = z.object({
  path: z.string().min(1),
  kind: z.enum(['model', 'weights', 'card', 'labels', 'script', 'config', 'other']),
  bytes: z.number().int().nonnegative(),
  digest: Digest,
});
export type ModelFile = z.infer<typeof ModelFile>;

/** By which way a version came into the registry, and from where: a path, an address, the id in the catalog. */
export const ModelOrigin = z.object({
  kind: z.enum([
    'file',
    'folder',
    'url',
    'catalog',
    'bundle',
    'remote',
    'variant',
    'embedded',
    'unknown',
  ]),
  where: z.string(),
});
export type ModelOrigin = z.infer<typeof ModelOrigin>;

/** Where a version comes from. */
export const ModelLineage = z.object({
  /** The version it was made of; null when it was made elsewhere */
  parent: Digest.nullable(),
  /** How it was made of its parent, for example `int8`; null for one that was imported */
  variant: z.string().nullable(),
  importedBy: z.string(),
  origin: ModelOrigin,
  releaseNotes: z.string(),
});
export type ModelLineage = z.infer<typeof ModelLineage>;

/**
 * A name that moves from version to version: `champion` counts, `challenger` is tried, `previous` is what counted before
 * and what a roll-back returns to. Of the whole site, or of one camera that differs from it.
 */
export const ModelAlias = z.object({
  alias: z.enum(['champion', 'challenger', 'previous']),
  /** null for the site */
  cameraId: CameraId.nullable(),
});
export type ModelAlias = z.infer<typeof ModelAlias>;

/** A model version in the registry. */
export const Model = z.object({
  card: ModelCard,
  /**
   * Names the version in every crossing: the SHA-256 of its model file. A version with weights beside it, or of a file that is
   * in the registry already under another card, has the SHA-256 of the list of its files and of its card instead.
   */
  digest: Digest,
  /** Of all files */
  bytes: z.number().int().positive(),
  /** Whether the cameras count with it now */
  isChampion: z.boolean(),
  /** Whether it is the small detector that comes with the station */
  isEmbedded: z.boolean(),
  importedAt: z.number().int(),
  files: z.array(ModelFile),
  lineage: ModelLineage,
  tags: z.array(z.string()),
  aliases: z.array(ModelAlias),
});
export type Model = z.infer<typeof Model>;

/** What the person who imports knows better than the station's proposal. */
export const CardChanges = z.object({
  name: ModelCard.shape.name.optional(),
  version: ModelCard.shape.version.optional(),
  preprocess: Preprocess.optional(),
  /** Another size, where the graph takes any */
  input: Size.optional(),
  /** Class names in the order of the outputs, for files that do not carry them */
  classes: z.array(z.string().min(1)).optional(),
  labels: ModelCard.shape.labels.optional(),
  scoreFloor: ModelCard.shape.scoreFloor.optional(),
  nmsIou: ModelCard.shape.nmsIou.optional(),
  licence: z.string().optional(),
  notes: z.string().optional(),
});
export type CardChanges = z.infer<typeof CardChanges>;

/** A file, a folder with one model in it, a bundle (`.twmodel`), or an http(s) address of one of them. */
const importPath = z.string().min(1);

/** One way of preparing pictures, and what the network found with it. */
export const ProposalVariant = z.object({
  preprocess: Preprocess,
  /** What differs from the proposal; empty for the proposal itself */
  difference: z.string(),
  /** Higher is better; the same for all variants only in kind, not in unit */
  score: z.number(),
  /** Boxes per picture that the mirrored picture confirms */
  confirmedBoxes: z.number(),
  /** Boxes on each sample of the proposal */
  found: z.array(z.array(Detection)),
});
export type ProposalVariant = z.infer<typeof ProposalVariant>;

/** What a file turned out to be, and what it sees on pictures of this site. */
export const Proposal = z.object({
  card: ModelCard,
  /** SHA-256 of the model file; give it back with the import, so that no other file is imported */
  fileDigest: Digest,
  bytes: z.number().int().positive(),
  files: z.array(ModelFile),
  origin: ModelOrigin,
  /** By what it was recognised */
  evidence: z.string(),
  opset: z.number().int(),
  producer: z.string(),
  /** Time of one run on one thread of the processor, ms */
  inferMs: z.number(),
  /** The version in the registry that is the same already; null when there is none */
  known: z.object({ name: z.string(), version: z.string(), digest: Digest }).nullable(),
  /** Pictures on which the variants were tried, for the eye */
  samples: z.array(z.object({ jpegBase64: z.string(), width: z.number(), height: z.number() })),
  /** How many pictures were tried in all; 0 when no camera delivers one, and nothing is proven */
  pictures: z.number().int(),
  /** Best first; empty when there was no picture */
  variants: z.array(ProposalVariant),
  /** Whether another variant is clearly better than what the family of the network uses */
  isDoubtful: z.boolean(),
});
export type Proposal = z.infer<typeof Proposal>;

export const modelProcedures = {
  'model.list': procedure({
    kind: 'query',
    route: 'GET /models',
    role: 'viewer',
    summary: 'Lists the models of this station',
    input: z.object({}),
    output: z.array(Model),
  }),
  'model.propose': procedure({
    kind: 'command',
    route: 'POST /models/propose',
    role: 'ml-engineer',
    summary: 'Looks at a model without importing it: what it is, and what it finds on pictures',
    input: z.object({
      path: importPath,
      classes: CardChanges.shape.classes,
      /** A folder of pictures to try it on; left out, pictures of the cameras are taken */
      picturesFolder: z.string().min(1).optional(),
      /** Pictures to try it on, at most */
      maxPictures: z.number().int().min(1).max(48).default(12),
    }),
    output: Proposal,
  }),
  'model.import': procedure({
    kind: 'command',
    route: 'POST /models',
    role: 'ml-engineer',
    summary: 'Imports a model after proving that it loads and detects',
    input: CardChanges.extend({
      path: importPath,
      /** From the proposal; another file is refused */
      fileDigest: Digest.optional(),
      parent: Digest.optional(),
      releaseNotes: z.string().max(4000).default(''),
    }),
    output: Model,
  }),
  'model.activate': procedure({
    kind: 'command',
    route: 'POST /models/{digest}/activate',
    role: 'admin',
    summary:
      'Makes a model the one that the cameras count with, after a rehearsal beside the one that does',
    input: z.object({
      digest: Digest,
      /** Only this camera; null for all that have no model of their own */
      cameraId: CameraId.nullable().default(null),
      reason: z.string().max(1000).default(''),
      /** Why no rehearsal is wanted; with this the model counts at once */
      skipRehearsal: z.string().trim().min(3).max(1000).optional(),
    }),
    output: Model,
  }),
  'model.rollBack': procedure({
    kind: 'command',
    route: 'POST /models/roll-back',
    role: 'admin',
    summary: 'Makes the model that counted before count again',
    input: z.object({
      /** Only this camera; null for all that have no model of their own */
      cameraId: CameraId.nullable().default(null),
      reason: z.string().max(1000).default(''),
    }),
    output: Model,
  }),
  'model.follow': procedure({
    kind: 'command',
    route: 'POST /models/follow',
    role: 'admin',
    summary: 'Lets a camera with a model of its own count with the model of the site again',
    input: z.object({ cameraId: CameraId, reason: z.string().max(1000).default('') }),
    output: z.array(Model),
  }),
};
