/**
 * One animation frame for all tiles: whoever has something new is painted in the next one, and nothing runs otherwise.
 */

export interface Paintable {
  /** Draws. `nowMs` never jumps. */
  paint(nowMs: number): void;
}

export interface PaintLoop {
  /** Has `item` painted in the next frame, once however often it asks. */
  request(item: Paintable): void;
  forget(item: Paintable): void;
}

/** `schedule` is the window's requestAnimationFrame. */
export function createPaintLoop(schedule: (paint: (nowMs: number) => void) => void): PaintLoop {
  let due = new Set<Paintable>();
  let isScheduled = false;

  function paintAll(nowMs: number): void {
    isScheduled = false;
    const items = due;
    due = new Set();
    for (const item of items) item.paint(nowMs);
  }

  return {
    request(item) {
      due.add(item);
      if (isScheduled) return;
      isScheduled = true;
      schedule(paintAll);
    },
    forget(item) {
      due.delete(item);
    },
  };
}
