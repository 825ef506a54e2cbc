/**
 * Which input of a network takes the picture, and how large a picture it wants.
 */
import type { Size } from '#contract/geometry.ts';
import type { Preprocess } from '#contract/model.ts';
import type { NetworkSignature, TensorInfo } from './network-signature.ts';

/** The picture input of a network. */
export interface PictureInput {
  readonly size: Size;
  /** Whether the network takes pictures of any size, and `size` is only a proposal */
  readonly isFree: boolean;
  readonly layout: Preprocess['layout'];
  readonly dtype: Preprocess['dtype'];
}

/** Size for networks that take any: what the larger YOLO models were trained with. */
const FREE_SIDE = 640;
/** The picture input, or the reason why the network cannot be fed with pictures. */
export function pictureInput({
  inputs,
  metadata,
  innerSize,
}: NetworkSignature): PictureInput | { reason: string } {
  const [image, ...others] = inputs.filter(({ shape }) => shape.length === 4);
  if (image === undefined) return no('it has no input that takes a picture (four axes)');
  if (others.length > 0) return no('it takes more than one picture at a time');
  if (metadata['task'] === 'obb') {
    return no('it gives boxes that are turned; export a model for upright boxes (detect)');
  }
  const layout = image.shape[3] === 3 && image.shape[1] !== 3 ? 'nhwc' : 'nchw';
  const [channels, height, width] =
    layout === 'nchw'
      ? [image.shape[1], image.shape[2], image.shape[3]]
      : [image.shape[3], image.shape[1], image.shape[2]];
  if (channels !== 3 && channels !== null) {
    return no(`it takes pictures of ${channels ?? 0} channels instead of three colours`);
  }
  const dtype = dtypeOf(image);
  if (dtype === null) return no(`its input has the number type ${image.type}`);
  const stated = innerSize ?? statedSize(metadata);
  return {
    size: {
      width: width ?? stated?.width ?? FREE_SIDE,
      height: height ?? stated?.height ?? FREE_SIDE,
    },
    isFree: width === null || height === null,
    layout,
    dtype,
  };
}

function dtypeOf({ type }: TensorInfo): Preprocess['dtype'] | null {
  return type === 'float32' || type === 'float16' || type === 'uint8' ? type : null;
}

/** Ultralytics writes `imgsz` as `[height, width]`. */
function statedSize(metadata: Readonly<Record<string, string>>): Size | null {
  const [height, width] = (metadata['imgsz'] ?? '').match(/\d+/g) ?? [];
  return height === undefined || width === undefined
    ? null
    : { width: Number(width), height: Number(height) };
}

function no(reason: string): { reason: string } {
  return { reason };
}
