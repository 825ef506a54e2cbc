/**
 * The path of tracks as it is kept: some seconds of one camera (a block) with the part of each track that lies in it.
 *
 *   block   |── frames of 30 s ──|── frames of 30 s ──|
 *   track         ●──●────●──────|●────●  ●─●             one part for each block; a gap where it was not seen
 */
import type { Label } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';

/** A corner of a simplified path: a box at a frame, in px. Between two corners of a run the box moves evenly in time. */
export interface PathPoint {
  /** Number of the frame within the block */
  readonly frame: number;
  /** Middle of the box from left to right */
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
}

/** What one track did within one block. */
export interface TrackPart {
  readonly trackId: number;
  /** Label by vote, from a frame on; the first is from the first look on */
  readonly labels: readonly { readonly frame: number; readonly label: Label }[];
  /** So many of the first looks were made before the track was confirmed */
  readonly unconfirmedLooks: number;
  /** Stretches in which every frame saw it */
  readonly runs: readonly (readonly PathPoint[])[];
}

export interface TrajectoryBlock {
  readonly epoch: number;
  readonly picture: Size;
  /** Time of each frame, Unix ms, never going back */
  readonly frameMs: readonly number[];
  readonly parts: readonly TrackPart[];
}

/**
 * What one track did within one block, corner by corner in columns, for reading a day of them; px. Steps of 2^-6 px are kept
 * exactly up to 262,144 px.
 */
export interface TrackPath extends Omit<TrackPart, 'runs'> {
  /** For each run the place after its last corner */
  readonly runEnds: readonly number[];
  /** Number of the frame within the block */
  readonly frame: Int32Array;
  /** Of each corner the four values in the order of `boxValue` */
  readonly boxes: Float32Array;
}

/** Places of the values of a corner from four times its number on. */
export const boxValue = { x: 0, top: 1, bottom: 2, width: 3 } as const;

/** A block in columns. */
export interface PathBlock extends Omit<TrajectoryBlock, 'parts'> {
  readonly paths: readonly TrackPath[];
}

/** Where a part comes near, in thousandths of the picture; its boxes and twice their size around them. */
export interface Reach {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** One part as bytes, with what it is searched by. Times are Unix ms. */
export interface EncodedPart {
  readonly trackId: number;
  /** The last label */
  readonly label: Label;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly reach: Reach;
  readonly path: Uint8Array;
}

/** A block on its way into the store. */
export interface EncodedBlock {
  readonly picture: Size;
  readonly fromMs: number;
  readonly toMs: number;
  /** Times of the frames */
  readonly frames: Uint8Array;
  readonly parts: readonly EncodedPart[];
}
