import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type ImportReport, rebuildCache } from '../../../src/engine/data/dataset/import';
import { openDataset } from '../../../src/engine/data/dataset/open';
import { silentJob } from '../../../src/engine/job';
import { importFaces, workspaceWith } from '../../support/facesWorkspace';
import { picture, writeFiles } from '../../support/pictures';

/** Class and part of every image. */
async function table(workspace: string): Promise<Record<string, string>> {
  const dataset = await openDataset(workspace, 'faces', silentJob, rebuildCache);
  const { images, file } = dataset;
  dataset.close();
  const of = (label: number | null) => (label === null ? '–' : file.classes[label]);
  return Object.fromEntries(images.map(({ id, split, label }) => [id, `${split} ${of(label)}`]));
}

const kdef = (folder: (person: string, expression: string) => string, people: readonly string[]) =>
  Object.fromEntries(
    people.flatMap((person, p) =>
      ['AF', 'HA', 'SA'].map((expression, e) => [
        `${folder(person, expression)}/A${person}${expression}S.png`,
        { seed: 10 * p + e },
      ]),
    ),
  );

describe('import of folders as they come', () => {
  it('keeps what it concluded of the parts: the cache made again and another import read the same', async () => {
    const workspace = await workspaceWith({
      'Happy/train/1.png': { seed: 1 },
      'happy/dev/2.png': { seed: 2 },
      'sad/train/3.png': { seed: 3 },
      'sad/dev/4.png': { seed: 4 },
    });
    const report = await importFaces(workspace);
    expect(report.classes).toEqual(['Happy', 'sad']);
    expect(report.notes.join(' ')).toMatch(/tested on what lies in dev/);
    const before = await table(workspace);
    expect(before['happy/dev/2.png']).toBe('test Happy');
    await rm(join(workspace, 'warmstart/faces/.cache'), { recursive: true });
    expect(await table(workspace)).toEqual(before);
    await writeFiles(join(workspace, 'faces'), { 'sad/dev/5.png': { seed: 5 } });
    expect((await importFaces(workspace)).changes?.added).toEqual(['sad/dev/5.png']);
    expect(await table(workspace)).toEqual({ ...before, 'sad/dev/5.png': 'test sad' });
    await expect(importFaces(workspace, { test: ['train'] })).rejects.toThrow(/tested on dev/);
  });

  it('reads a dataset without a kept reading as it was read when it was made', async () => {
    const workspace = await workspaceWith({ 'a/1.png': { seed: 1 }, 'b/2.png': { seed: 2 } });
    const { directory } = await importFaces(workspace);
    const path = join(directory, 'dataset.json');
    const { reading, ...old } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    expect(reading).toBeDefined();
    await writeFile(path, JSON.stringify(old));
    await rm(join(directory, '.cache'), { recursive: true });
    expect(await table(workspace)).toEqual({ 'a/1.png': 'train a', 'b/2.png': 'train b' });
    expect((await importFaces(workspace)).alreadyImported).toBe(true);
  });

  it('asks what folders are that may be parts, and takes the answer', async () => {
    const workspace = await workspaceWith({
      'test/a/1.png': { seed: 1 },
      'test/b/2.png': { seed: 2 },
      'val/a/3.png': { seed: 3 },
    });
    await expect(importFaces(workspace)).rejects.toThrow(/"test", "val" are named like parts .* --train a,b --test c/);
    await importFaces(workspace, { train: ['test'], test: ['val'] });
    expect(await table(workspace)).toEqual({
      'test/a/1.png': 'train a',
      'test/b/2.png': 'train b',
      'val/a/3.png': 'test a',
    });
  });

  it('opens folders that hold nothing but one other, also when more comes beside it that is no image', async () => {
    const workspace = await workspaceWith({ 'x/CK+48/a/1.png': { seed: 1 }, 'x/CK+48/b/2.png': { seed: 2 } });
    const { root, classes } = await importFaces(workspace);
    expect([root, classes]).toEqual([join(workspace, 'faces/x/CK+48'), ['a', 'b']]);
    await writeFiles(join(workspace, 'faces'), { 'x/notes/readme.txt': 'x', 'x/CK+48/a/3.png': { seed: 3 } });
    expect((await importFaces(workspace)).changes?.added).toEqual(['a/3.png']);
  });

  it('finds KDEF behind AKDEF, keeps a split of its own, and refuses it beside other images', async () => {
    const people = ['F01', 'F02', 'M01', 'M02'];
    const whole = await workspaceWith({
      ...kdef((person) => `KDEF/A${person}`, people),
      'AKDEF/AFAFS.png': { seed: 90 },
      'AKDEF/AMHAS.png': { seed: 91 },
    });
    const report = await importFaces(whole);
    expect([report.layout, report.notes.join()]).toEqual(['kdef', '2 averaged faces (AKDEF) were left out.']);
    const sorted = await workspaceWith(
      kdef(
        (person, expression) =>
          `${person.endsWith('1') ? 'test' : 'train'}/${expression === 'HA' ? 'joy' : expression}`,
        people,
      ),
    );
    await importFaces(sorted);
    for (const [id, place] of Object.entries(await table(sorted)))
      expect(place).toMatch(id.startsWith('test/') ? /^test/ : /^train/);
    const byPerson = await workspaceWith(
      kdef((person) => `${person.endsWith('1') ? 'test' : 'train'}/A${person}`, people),
    );
    expect((await importFaces(byPerson)).layout).toBe('kdef');
    for (const [id, place] of Object.entries(await table(byPerson)))
      expect(place).toMatch(id.startsWith('test/') ? /^test/ : /^train/);
    const beside = await workspaceWith({
      ...kdef((person) => `faces of KDEF/A${person}`, people),
      ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`other/${i}.png`, { seed: 100 + i }])),
    });
    await expect(importFaces(beside)).rejects.toThrow(/KDEF in the folder faces of KDEF .*--layout folders/);
  });

  it('says which images show nothing, and which are hidden in part', async () => {
    const blank = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#777' } })
      .png()
      .toBuffer();
    const faint = await sharp(
      Uint8Array.from({ length: 1600 }, (_, i) => i % 9),
      { raw: { width: 40, height: 40, channels: 1 } },
    )
      .png()
      .toBuffer();
    const workspace = await workspaceWith({
      'a/1.png': { width: 40, height: 40 },
      'a/blank.png': blank,
      'b/faint.png': faint,
      'b/tall.png': { width: 30, height: 90 },
    });
    const cropped = (await importFaces(workspace, { fit: 'cover' })).notes.join('\n');
    expect(cropped).toMatch(/Cropping to a square hides 17 % of an image on average and up to 67 %/);
    expect(cropped).toContain('1 image is of one shade alone, so that nothing can be seen: a/blank.png.');
    expect(cropped).toContain('1 image uses fewer than 16 of 256 shades and can hardly be seen: b/faint.png.');
    const whole = await importFaces(workspace, { name: 'whole' });
    expect(whole.notes.join('\n')).toMatch(/shown as a whole, with bars that continue their edges/);
  });

  it('says which classes can be tested alone, and which images have several pages', async () => {
    const frames = await Promise.all([8, 9].map((seed) => picture('a.png', { seed })));
    const animated = await sharp(frames, { join: { animated: true } })
      .gif({ loop: 1 })
      .toBuffer();
    const workspace = await workspaceWith({
      'train/a/1.png': { seed: 1 },
      'train/b/2.gif': animated,
      'test/a/3.png': { seed: 3 },
      'test/c/4.png': { seed: 4 },
    });
    const notes = (await importFaces(workspace)).notes.join('\n');
    expect(notes).toContain('c has images to test on alone, so that nothing can be learned of it.');
    expect(notes).toContain('Of 1 of 4 images looked at, which have several pages or frames, the first alone is seen');
  });

  it('takes in what was renamed and replaced, and keeps ids', async () => {
    const workspace = await workspaceWith({ 'a/1.png': { seed: 1 }, 'a/2.png': { seed: 2 }, 'b/3.png': { seed: 3 } });
    await importFaces(workspace);
    const faces = join(workspace, 'faces');
    await mkdir(join(faces, 'b'), { recursive: true });
    await rename(join(faces, 'a/2.png'), join(faces, 'b/2.png'));
    await writeFile(join(faces, 'a/1.png'), await picture('a.png', { seed: 9 }));
    expect((await importFaces(workspace)).changes).toMatchObject({
      added: ['b/2.png'],
      changed: ['a/1.png'],
      missing: ['a/2.png'],
    });
  });

  it('says what it concluded before anything is written, and leaves nothing behind where that was not meant', async () => {
    const workspace = await workspaceWith({
      'train/a/1.png': { seed: 1 },
      'dev/a/2.png': { seed: 2 },
      'dev/b/3.png': 'x',
    });
    const seen: string[] = [];
    const refuse = async ({ counts, broken, notes }: ImportReport) => {
      seen.push(`${counts.train.images} ${counts.test.images} ${broken.length} ${notes.join(' ')}`);
      expect(existsSync(join(workspace, 'warmstart/faces/dataset.json'))).toBe(false);
      throw new Error('not meant');
    };
    await expect(importFaces(workspace, { classFolders: true, confirm: refuse })).rejects.toThrow('not meant');
    expect(seen).toEqual([expect.stringMatching(/^1 1 1 .*tested on what lies in dev/)]);
    expect(existsSync(join(workspace, 'warmstart'))).toBe(false);
    await importFaces(workspace, { classFolders: true, confirm: async () => {} });
    expect(existsSync(join(workspace, 'warmstart/faces/dataset.json'))).toBe(true);
  });
});
