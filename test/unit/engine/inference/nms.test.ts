import { describe, expect, it } from 'vitest';
import { overlap, suppress } from '#engine/inference/nms.ts';

const box = (x1: number, score: number, classIndex = 0) => ({
  classIndex,
  score,
  x1,
  y1: 0,
  x2: x1 + 10,
  y2: 10,
});

describe('suppression', () => {
  it.each([
    {
      story: 'keeps the strongest of two that overlap',
      detections: [box(0, 0.5), box(1, 0.9)],
      iou: 0.5,
      scores: [0.9],
    },
    {
      story: 'keeps both where they overlap little',
      detections: [box(0, 0.5), box(6, 0.9)],
      iou: 0.5,
      scores: [0.9, 0.5],
    },
    {
      story: 'keeps other classes',
      detections: [box(0, 0.5, 1), box(0, 0.9, 2)],
      iou: 0.5,
      scores: [0.9, 0.5],
    },
    {
      story: 'keeps all at 1',
      detections: [box(0, 0.5), box(0, 0.9)],
      iou: 1,
      scores: [0.9, 0.5],
    },
    {
      story: 'lets a suppressed box suppress nobody',
      detections: [box(0, 0.9), box(3, 0.8), box(6, 0.7)],
      iou: 0.4,
      scores: [0.9, 0.7],
    },
  ])('$story', ({ detections, iou, scores }) => {
    expect(suppress(detections, iou).map(({ score }) => score)).toEqual(scores);
  });

  it('counts a car that is also a truck once, and a car before a truck twice', () => {
    const label = () => 'vehicle';
    expect(suppress([box(0, 0.5, 2), box(0.5, 0.9, 7)], 0.65, label)).toHaveLength(1);
    expect(suppress([box(0, 0.5, 2), box(2.5, 0.9, 7)], 0.5, label)).toHaveLength(2);
  });

  it('measures overlap', () => {
    expect(overlap(box(0, 1), box(5, 1))).toBeCloseTo(1 / 3);
    expect(overlap(box(0, 1), box(10, 1))).toBe(0);
  });
});
