/**
 * Times that the browser itself measures: paints of a page that is opened anew, and clicks until their next paint.
 */
import type { Browser, Page } from 'playwright';

/** Opens a page in a profile of its own. Times in ms since the page was asked for. */
export async function firstPaintOf(
  browser: Browser,
  { url, told }: { readonly url: string; readonly told: string },
): Promise<{ paintMs: number; toldMs: number }> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  try {
    await page.goto(url);
    await page.waitForSelector(told);
    return await page.evaluate(() => ({
      paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      toldMs: performance.now(),
    }));
  } finally {
    await page.close();
  }
}

/** From now on the page notes how long each click and key takes until it is seen. */
export async function watchClicks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seenClicks: seen });
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (['click', 'keydown', 'pointerup'].includes(entry.name)) seen.push(entry.duration);
      }
    });
    observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
}

/** Clicks that took at least 16 ms: how many, the middle one, the 95 % one and the longest, ms in steps of 8. */
export async function clicksOf(
  page: Page,
): Promise<{ count: number; medianMs: number; p95Ms: number; longestMs: number }> {
  const seen = await page.evaluate(
    () => (globalThis as unknown as { seenClicks: number[] }).seenClicks,
  );
  const sorted = [...seen].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    count: sorted.length,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    longestMs: sorted.at(-1) ?? 0,
  };
}
