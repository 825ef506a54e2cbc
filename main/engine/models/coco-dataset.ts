/**
 * A data set in the COCO format: pictures in a folder, true boxes in one JSON file.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import type { Box } from '#contract/geometry.ts';
import { cocoNames, cocoPaperNames } from './class-names.ts';

const CocoFile = z.object({
  images: z.array(
    z.object({
      id: z.number(),
      file_name: z.string(),
      width: z.number().positive(),
      height: z.number().positive(),
    }),
  ),
  annotations: z.array(
    z.object({
      image_id: z.number(),
      category_id: z.number(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      iscrowd: z.union([z.number(), z.boolean()]).default(0),
    }),
  ),
  categories: z.array(z.object({ id: z.number(), name: z.string().optional() })),
});

export interface TrueBox {
  readonly className: string;
  /** In 0…1 of the picture */
  readonly box: Box;
  readonly isCrowd: boolean;
}

export interface DatasetPicture {
  readonly fileName: string;
  readonly truth: readonly TrueBox[];
}

/** Reads the JSON file. Throws REQ_001 when it is not in the format. */
export async function readCocoDataset(file: string): Promise<DatasetPicture[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StationError('REQ_001', `The data set cannot be read: ${String(cause)}.`, { cause });
  });
  const parsed = CocoFile.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StationError(
      'REQ_001',
      `The data set is not in the COCO format: ${issue?.message ?? ''} at ${issue?.path.join('.') ?? ''}.`,
    );
  }
  const { images, annotations, categories } = parsed.data;
  const names = categoryNames(categories);
  const byImage = Map.groupBy(annotations, ({ image_id }) => image_id);
  return images.map(({ id, file_name: fileName, width, height }) => ({
    fileName,
    truth: (byImage.get(id) ?? []).map(({ category_id, bbox, iscrowd }) => ({
      className: names.get(category_id) ?? `category ${category_id}`,
      box: {
        x: bbox[0] / width,
        y: bbox[1] / height,
        width: bbox[2] / width,
        height: bbox[3] / height,
      },
      isCrowd: Boolean(iscrowd),
    })),
  }));
}

/** Names of the categories; files without names number them as COCO's papers (1…90) or as detectors do (0…79). */
function categoryNames(
  categories: readonly { readonly id: number; readonly name?: string | undefined }[],
): Map<number, string> {
  const startsAtZero = categories.some(({ id }) => id === 0);
  const usual = (id: number): string | undefined =>
    startsAtZero ? cocoNames[id] : cocoPaperNames[id - 1];
  return new Map(
    categories.map(({ id, name }) => [id, name ?? usual(id) ?? `category ${id}`] as const),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new StationError('REQ_001', 'The data set is not JSON.', { cause });
  }
}
