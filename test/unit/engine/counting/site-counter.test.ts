import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSiteCounter, type SiteFact } from '#engine/counting/site-counter.ts';

const into = (at: number): SiteFact => ({ kind: 'crossing', at, direction: 'in' });
const out = (at: number): SiteFact => ({ kind: 'crossing', at, direction: 'out' });
const seen = (at: number, count: number): SiteFact => ({ kind: 'seen', at, count });
const empty = (at: number): SiteFact => ({ kind: 'empty', at });
const set = (at: number, count: number): SiteFact => ({ kind: 'set', at, count, note: 'counted' });

/** What a site says after these facts, and why it was corrected. */
function tell(facts: readonly SiteFact[], errorShare = 0): [string, ...string[]] {
  const site = createSiteCounter(errorShare);
  const corrections = facts.flatMap((fact) => site.tell(fact) ?? []);
  const { count, low, high } = site.reading();
  const why = corrections.map(({ reason, before, after }) => `${reason} ${before}→${after}`);
  return [`${count} (${low}–${high})`, ...why];
}

describe('site counter', () => {
  it.each<[string, SiteFact[], string[]]>([
    ['nobody came', [], ['0 (0–0)']],
    ['three came and one left', [into(1), into(2), into(3), out(4)], ['2 (2–2)']],
    ['more left than came', [into(1), out(2), out(3)], ['0 (0–0)', 'more-out-than-in 0→0']],
    ['more are seen inside than came', [into(1), seen(2, 3)], ['3 (3–3)', 'seen-inside 1→3']],
    ['fewer are seen inside than came', [into(1), into(2), seen(3, 1)], ['2 (2–2)']],
    ['it closed with somebody inside', [into(1), empty(2)], ['0 (0–0)', 'known-empty 1→0']],
    ['it closed with nobody ever there', [empty(2)], ['0 (0–0)']],
    ['a guard counted', [into(1), set(2, 7), into(3)], ['8 (8–8)', 'set-by-hand 1→7']],
  ])('when %s', (_, facts, expected) => {
    expect(tell(facts)).toEqual(expected);
  });

  it.each<[string, SiteFact[], string]>([
    ['grows with crossings', Array.from({ length: 25 }, (_, at) => into(at)), '25 (20–30)'],
    [
      'ends with a correction',
      [...Array.from({ length: 25 }, (_, at) => into(at)), set(30, 24)],
      '24 (24–24)',
    ],
    [
      'is never below what is seen',
      [...Array.from({ length: 25 }, (_, at) => into(at)), seen(30, 23)],
      '25 (23–30)',
    ],
    [
      'is kept when more is seen',
      [...Array.from({ length: 25 }, (_, at) => into(at)), seen(30, 26)],
      '26 (26–31)',
    ],
  ])('doubt %s', (_, facts, expected) => {
    expect(tell(facts, 0.25)[0]).toBe(expected);
  });

  it('is never negative, and always within its interval, whatever it is told', () => {
    const fact = fc.oneof(
      fc.constantFrom(into(1), out(1), out(1), empty(1)),
      fc.nat(20).map((count) => seen(1, count)),
      fc.nat(20).map((count) => set(1, count)),
    );
    fc.assert(
      fc.property(fc.array(fact), (facts) => {
        const site = createSiteCounter(0.1);
        for (const each of facts) {
          site.tell(each);
          const { count, low, high } = site.reading();
          expect(low).toBeGreaterThanOrEqual(0);
          expect(count).toBeGreaterThanOrEqual(low);
          expect(high).toBeGreaterThanOrEqual(count);
        }
        const other = createSiteCounter(0.1);
        other.restore(JSON.parse(JSON.stringify(site.checkpoint())));
        expect(other.reading()).toEqual(site.reading());
      }),
    );
  });
});
