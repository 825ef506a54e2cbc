import fc from 'fast-check';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSpool, type Spool } from '#engine/store/spool.ts';
import { tempFolder } from '#test/store.ts';

const halfBytes = 512;
const headerBytes = 24;

function open(file: string): Spool {
  const spool = openSpool(file, 2 * halfBytes);
  onTestFinished(() => {
    try {
      spool.close();
    } catch {
      // Closed by the test itself.
    }
  });
  return spool;
}

const message = (text: string) => Buffer.from(text);
const texts = (spool: Spool) => spool.read().map((bytes) => Buffer.from(bytes).toString());
const newFile = () => path.join(tempFolder(), 'station.spool');

describe('the spool', () => {
  it('has its whole size on disk from the start', () => {
    const file = newFile();
    open(file);
    expect(statSync(file).size).toBe(2 * halfBytes);
    expect(statSync(file).blocks).toBeGreaterThan(0);
  });

  it('keeps messages in their order over a close', () => {
    const file = newFile();
    const spool = open(file);
    spool.append([message('a'), message('b')]);
    spool.append([message('c')]);
    spool.close();
    expect(texts(open(file))).toEqual(['a', 'b', 'c']);
  });

  it('takes all of a batch or nothing', () => {
    const spool = open(newFile());
    spool.append([message('a')]);
    expect(spool.append([message('b'), message('x'.repeat(halfBytes))])).toBe(false);
    expect(texts(spool)).toEqual(['a']);
    expect(spool.append([message('b')])).toBe(true);
    expect(texts(spool)).toEqual(['a', 'b']);
  });

  it('exchanges its content at once, many times', () => {
    const file = newFile();
    const spool = open(file);
    for (let round = 0; round < 5; round += 1) {
      spool.append([message(`old ${round}`), message('y'.repeat(300))]);
      expect(spool.replaceAll([message(`new ${round}`)])).toBe(true);
      spool.append([message('after')]);
      expect(texts(open(file))).toEqual([`new ${round}`, 'after']);
    }
    expect(spool.replaceAll([message('x'.repeat(halfBytes))])).toBe(false);
    expect(texts(spool)).toEqual(['new 4', 'after']);
    spool.replaceAll([]);
    expect(texts(open(file))).toEqual([]);
    expect(spool.fill()).toBe(0);
  });

  it('reads what is sound before any torn byte, and goes on from there', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 30 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(words, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, where, flip) => {
        const file = newFile();
        const spool = open(file);
        spool.append(written.map(message));
        spool.close();
        const bytes = readFileSync(file);
        const used = written.reduce((sum, word) => sum + 8 + message(word).byteLength, 0);
        const torn = headerBytes + (where % used);
        bytes[torn] = (bytes[torn] ?? 0) ^ flip;
        writeFileSync(file, bytes);

        const again = open(file);
        const sound = texts(again);
        expect(sound).toEqual(written.slice(0, sound.length));
        let end = headerBytes;
        const whole = written.filter((word) => (end += 8 + message(word).byteLength) <= torn);
        expect(sound.length).toBe(whole.length);
        again.append([message('next')]);
        expect(texts(open(file))).toEqual([...sound, 'next']);
        again.close();
      }),
      { numRuns: 60 },
    );
  });

  it('never takes up what a torn write left behind the end', () => {
    const file = newFile();
    const spool = open(file);
    // Three frames of one batch; the first is torn, so only what comes later in the file is whole.
    spool.append([message('aaaa'), message('bbbb'), message('cccc')]);
    spool.close();
    const bytes = readFileSync(file);
    bytes[headerBytes + 8] = 0;
    writeFileSync(file, bytes);
    const again = open(file);
    expect(texts(again)).toEqual([]);
    // Ends exactly where the frame of "bbbb" begins.
    again.append([message('dddd')]);
    expect(texts(again)).toEqual(['dddd']);
  });

  it('keeps the old content when a crash comes before the new header', () => {
    const file = newFile();
    const spool = open(file);
    spool.append([message('kept')]);
    const before = readFileSync(file);
    spool.replaceAll([message('new')]);
    const after = readFileSync(file);
    // The frames of the new half are written, its header and the wiping of the old one are not.
    after.copy(before, halfBytes + headerBytes, halfBytes + headerBytes);
    writeFileSync(file, before);
    expect(texts(open(file))).toEqual(['kept']);
  });

  it.each<[string, Buffer]>([
    ['zeros, as a crash leaves while it is made', Buffer.alloc(2 * halfBytes)],
    ['something else', Buffer.alloc(2 * halfBytes, 0xff)],
    ['nothing', Buffer.alloc(0)],
  ])('begins empty where the file holds %s', (_, bytes) => {
    const file = newFile();
    writeFileSync(file, bytes);
    const spool = open(file);
    expect(texts(spool)).toEqual([]);
    spool.append([message('a')]);
    expect(texts(open(file))).toEqual(['a']);
  });
});
