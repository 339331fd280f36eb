import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEmbeddingStore, TEMPORARY } from '../../../src/engine/encoders/embedding/store';
import { matrix } from '../../../src/engine/numeric/matrix';
import { temporaryFolder } from '../../support/temporaryFolder';

const hash = (letter: string) => letter.repeat(64);
const rows = (...values: number[]) => matrix(values.length / 2, 2, Float32Array.from(values));

describe('openEmbeddingStore', () => {
  it('gives rows back in the order that is asked for, from any piece, also after it was closed', async () => {
    const folder = await temporaryFolder();
    const store = await openEmbeddingStore(folder);
    await store.add([hash('a'), hash('b')], rows(1, 2, 3, 4));
    await store.add([hash('c')], rows(5, 6));
    const again = await openEmbeddingStore(folder);
    for (const one of [store, again])
      expect((await one.read([hash('c'), hash('a'), hash('c')]))?.data).toEqual(Float32Array.of(5, 6, 1, 2, 5, 6));
    expect(again.has(hash('b'))).toBe(true);
    expect(again.has(hash('d'))).toBe(false);
    expect(await again.read([hash('a'), hash('d')])).toBeNull();
  });

  it.each([
    ['is cut short', (path: string) => truncate(path, 90)],
    ['is something else', (path: string) => writeFile(path, 'no array')],
  ])('forgets a piece whose file %s, and keeps the others', async (_, damage) => {
    const folder = await temporaryFolder();
    const store = await openEmbeddingStore(folder);
    await store.add([hash('a')], rows(1, 2));
    const [piece] = (await readdir(folder)).filter((name) => name.endsWith('.npy'));
    await store.add([hash('b')], rows(3, 4));
    await damage(join(folder, piece!));
    expect(await store.read([hash('a'), hash('b')])).toBeNull();
    expect([store.has(hash('a')), store.has(hash('b'))]).toEqual([false, true]);
    expect((await openEmbeddingStore(folder)).has(hash('a'))).toBe(false);
    await store.add([hash('a')], rows(1, 2));
    expect((await store.read([hash('a'), hash('b')]))?.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it('does not know a piece that was interrupted between its two files, and removes raw rows that were left', async () => {
    const folder = await temporaryFolder();
    await (await openEmbeddingStore(folder)).add([hash('a')], rows(1, 2));
    await writeFile(join(folder, 'ffff.npy'), 'half');
    await writeFile(join(folder, `${TEMPORARY}1.npy`), 'raw');
    const store = await openEmbeddingStore(folder);
    expect(store.has(hash('a'))).toBe(true);
    expect((await readdir(folder)).some((name) => name.startsWith(TEMPORARY))).toBe(false);
  });
});
