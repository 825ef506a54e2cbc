import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyIdOf, openWith, sealWith, secretKey } from '#engine/secrets/secret-box.ts';

const [key, other] = [secretKey(Buffer.alloc(32, 1)), secretKey(Buffer.alloc(32, 2))];
const anyText = fc.string({ unit: 'grapheme', maxLength: 300 });

describe('a secret box', () => {
  it('gives back what was sealed, and names the key', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sealed = sealWith(key, text);
        expect(keyIdOf(sealed)).toBe(key.id);
        expect(openWith([other, key], sealed)).toBe(text);
      }),
    );
  });

  it('seals the same text differently each time, and shows nothing of it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (text) => {
        const [once, again] = [sealWith(key, text), sealWith(key, text)];
        expect(once).not.toBe(again);
        expect(once).not.toContain(text);
      }),
    );
  });

  it('opens nothing with another key', () => {
    expect(() => openWith([other], sealWith(key, 'Sesam'))).toThrow(
      expect.objectContaining({ code: 'SYS_005' }),
    );
  });

  it('opens nothing that was changed, anywhere', () => {
    const sealed = sealWith(key, 'Sesam');
    const bytes = Buffer.from(sealed.split(':')[2] ?? '', 'base64url');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ change, at);
        expect(() => openWith([key], `tw1:${key.id}:${changed.toString('base64url')}`)).toThrow(
          expect.objectContaining({ code: 'SYS_005' }),
        );
      }),
    );
  });

  it.each(['', 'Sesam', 'tw1:', 'tw1:12345678:', `tw1:${key.id}:AAAA`, 'tw2:12345678:AAAA'])(
    'refuses %j, which nobody sealed',
    (text) => {
      expect(() => openWith([key], text)).toThrow(expect.objectContaining({ code: 'SYS_005' }));
    },
  );
});
