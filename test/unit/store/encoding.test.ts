import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decodedText, readText } from '../../../src/engine/store/encoding';
import { readJson } from '../../../src/engine/store/jsonFile';
import { encoded, encodings } from '../../support/encoded';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('texts', () => {
  it.each(encodings)('in %s are read', async (as) => {
    const path = join(await temporaryFolder(), 'a.json');
    await writeFile(path, encoded('{ "name": "frühe Bilder" }', as));
    expect(await readText(path)).toBe('{ "name": "frühe Bilder" }');
    expect(await readJson(path, z.object({ name: z.string() }))).toEqual({ name: 'frühe Bilder' });
  });

  it('in big-endian UTF-16 are known without a mark', () => {
    expect(decodedText(Buffer.from('a text', 'utf16le').swap16(), 'a')).toBe('a text');
  });

  it('that are short, or of zeros, are taken as they are', () => {
    expect(decodedText(new Uint8Array(0), 'a')).toBe('');
    expect(decodedText(Uint8Array.of(97), 'a')).toBe('a');
    expect(decodedText(new Uint8Array(4), 'a')).toBe('\0\0\0\0');
  });

  it('in no known encoding are refused with the line', () => {
    const bytes = Buffer.from('one\ntwo\nfl\xfcr\n', 'latin1');
    expect(() => decodedText(bytes, 'list.txt')).toThrow('Line 3 of list.txt is not UTF-8');
  });

  it('that are not there', async () => {
    await expect(readText(join(await temporaryFolder(), 'none'))).rejects.toMatchObject({ code: 'input' });
  });
});
