import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openImageFolder } from '../../../src/engine/data/importers/imageFolder';
import { detectLayout } from '../../../src/engine/data/importers/openSource';
import { isBroken, type SourceItem, type SourceOptions } from '../../../src/engine/data/importers/source';
import { silentJob } from '../../../src/engine/job';
import { temporaryFolder } from '../../support/temporaryFolder';

/** Files that only have to be there: an importer looks at names, not into images. */
async function touch(root: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await mkdir(join(root, ...id.split('/').slice(0, -1)), { recursive: true });
    await writeFile(join(root, ...id.split('/')), 'x');
  }
}

async function read(root: string, options: Partial<SourceOptions> = {}) {
  const source = await openImageFolder(root, { exclude: '', frontalOnly: false, seed: 0, ...options }, silentJob);
  const items = [...(source.items() as Iterable<SourceItem>)];
  const found = items.flatMap((item) => (isBroken(item) ? [] : [item]));
  const table = found.map(({ id, split, label }) => [id, split, label === null ? null : source.classes[label]]);
  return { ...source, table, broken: items.filter(isBroken) };
}

describe('image folders', () => {
  it.each([
    ['train', 'test'],
    ['train', 'val'],
    ['Train', 'valid'],
    ['training', 'Validation'],
    ['Training', 'PublicTest'],
  ])('reads class folders below %s and %s', async (train, test) => {
    const root = await temporaryFolder();
    await touch(root, [
      `${train}/sad/a.png`,
      `${train}/happy/b.jpg`,
      `${test}/angry/c.JPEG`,
      `${train}/sad/deep/d.webp`,
    ]);
    const { classes, table } = await read(root);
    expect(classes).toEqual(['angry', 'happy', 'sad']); // sorted union over both parts
    expect(new Set(table)).toEqual(
      new Set([
        [`${train}/happy/b.jpg`, 'train', 'happy'],
        [`${train}/sad/a.png`, 'train', 'sad'],
        [`${train}/sad/deep/d.webp`, 'train', 'sad'],
        [`${test}/angry/c.JPEG`, 'test', 'angry'],
      ]),
    );
  });

  it('takes class folders alone as training data', async () => {
    const root = await temporaryFolder();
    await touch(root, ['b/2.png', 'a/1.png', 'loose.png']);
    const { table } = await read(root);
    expect(table).toEqual([
      ['a/1.png', 'train', 'a'],
      ['b/2.png', 'train', 'b'],
      ['loose.png', 'train', null],
    ]);
  });

  it('takes a class called train for a class', async () => {
    const root = await temporaryFolder();
    await touch(root, ['train/1.png', 'bus/2.png']);
    expect((await read(root)).table).toEqual([
      ['bus/2.png', 'train', 'bus'],
      ['train/1.png', 'train', 'train'],
    ]);
  });

  it('reads an unlabelled folder, flat or nested, whose classes are given', async () => {
    const root = await temporaryFolder();
    await touch(root, ['1.png', 'holiday/2.png', 'holiday/2024/3.png']);
    const { classes, table, notes } = await read(root, { classes: ['sad', 'happy'] });
    expect(classes).toEqual(['sad', 'happy']);
    expect(table.map(([, split, label]) => [split, label])).toEqual(Array(3).fill(['train', null]));
    expect(notes.join()).toContain('holiday');
  });

  it('keeps labels of folders that are among the given classes', async () => {
    const root = await temporaryFolder();
    await touch(root, ['happy/1.png', 'new/2.png', '3.png']);
    expect((await read(root, { classes: ['happy', 'sad'] })).table.map(([, , label]) => label)).toEqual([
      null,
      'happy',
      null,
    ]);
  });

  it('gives the same classes and order whatever the order on the disk', async () => {
    const ids = ['train/b/1.png', 'train/a/2.png', 'test/c/3.png', 'train/a/10.png', 'test/a/4.png', 'train/ä/5.png'];
    const expected = await temporaryFolder();
    await touch(expected, ids);
    const { table, classes } = await read(expected);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(ids, { minLength: ids.length }), async (shuffled) => {
        const root = await temporaryFolder();
        await touch(root, shuffled);
        const other = await read(root);
        expect(other.table).toEqual(table);
        expect(other.classes).toEqual(classes);
      }),
      { numRuns: 10 },
    );
  });

  it('works with names that hurt elsewhere', async () => {
    const root = await temporaryFolder();
    const names = [`it's "quoted"`, '<script>alert(1)<', '🙂 smile', 'سعيد', ' a b ', '__proto__'];
    await touch(
      root,
      names.map((name) => `${name}/${name}.png`),
    );
    const { classes, table } = await read(root);
    expect(classes).toEqual(names.map((name) => name.trim()).sort());
    for (const [id, , label] of table) expect(String(id).split('/')[0].trim()).toBe(label);
  });

  it('counts hidden files and files of other kinds, and passes them over', async () => {
    const root = await temporaryFolder();
    await touch(root, [
      'a/1.png',
      'b/2.png',
      'a/.DS_Store',
      '.git/x.png',
      '__MACOSX/a/._1.png',
      'a/notes.txt',
      'README',
    ]);
    const { table, ignored } = await read(root);
    expect(table.map(([id]) => id)).toEqual(['a/1.png', 'b/2.png']);
    expect(ignored).toEqual({ hidden: 3, other: 2 });
  });

  it('never looks into the excluded folder', async () => {
    const root = await temporaryFolder();
    await touch(root, ['a/1.png', 'b/2.png', 'warmstart/faces/benchmarks/x/plot.png']);
    expect((await read(root, { exclude: join(root, 'warmstart') })).classes).toEqual(['a', 'b']);
  });

  it('follows links, but not in a circle, and lists links that lead nowhere', async () => {
    const root = await temporaryFolder();
    const elsewhere = await temporaryFolder();
    await touch(elsewhere, ['1.png']);
    await touch(root, ['b/2.png']);
    await symlink(elsewhere, join(root, 'a'));
    await symlink(root, join(root, 'b', 'circle'));
    await symlink(join(root, 'gone.png'), join(root, 'b', 'gone.png'));
    const { table, broken } = await read(root);
    expect(table.map(([id]) => id)).toEqual(['a/1.png', 'b/2.png']);
    expect(broken).toEqual([{ id: 'b/gone.png', problem: 'the link leads nowhere' }]);
  });

  it('looks into the one folder that an archive was unpacked to', async () => {
    const root = await temporaryFolder();
    await touch(root, ['archive/train/a/1.png', 'archive/test/b/2.png']);
    expect(await read(root)).toMatchObject({ root: join(root, 'archive'), classes: ['a', 'b'] });
  });

  it('says what lies outside the train and test folders', async () => {
    const root = await temporaryFolder();
    await touch(root, ['train/a/1.png', 'test/b/2.png', 'pictures/3.png', '4.png']);
    const { table, notes } = await read(root);
    expect(table).toHaveLength(2);
    expect(notes.join()).toContain('2 images lie outside');
  });

  it('explains what is wrong with a folder in one sentence', async () => {
    const root = await temporaryFolder();
    await touch(root, ['other/notes.txt', 'file.zip']);
    await mkdir(join(root, 'empty'));
    for (const [name, words] of [
      ['other', /no images in .*only 1 other or hidden file/],
      ['empty', /no images in/],
      ['none', /There is no folder/],
      ['file.zip', /is a file, not a folder/],
    ] as const) {
      const error = (await read(join(root, name)).catch((e: unknown) => e)) as Error;
      expect(error).toMatchObject({ code: 'input' });
      expect(error.message).toMatch(words);
      expect(error.message).toContain(name);
      expect(error.message.replaceAll(root, '').replace('.zip', '')).toMatch(/^[^.]+\.$/);
    }
  });

  it('is what a folder of anything else counts as', async () => {
    const root = await temporaryFolder();
    await touch(root, ['a/1.png', 'labels.csv']);
    expect(await detectLayout(root, '', silentJob)).toBe('folders');
    await expect(detectLayout(join(root, 'labels.csv'), '', silentJob)).rejects.toMatchObject({ code: 'input' });
    await expect(detectLayout(join(root, 'none'), '', silentJob)).rejects.toThrow('There is no folder');
  });
});

describe('sub-folders', () => {
  const doubtOf = async (ids: readonly string[]) => {
    const root = await temporaryFolder();
    await touch(root, ids);
    return (await read(root)).subfolders;
  };

  it.each<[string, string[]]>([
    ['names of things', ['cat/1.png', 'cat/2.png', 'dog/3.png']],
    ['digits', ['0/1.png', '1/2.png', '7/3.png']],
    ['a few images that nobody has sorted yet', ['cat/1.png', 'cat/2.png', 'dog/3.png', 'loose.png']],
    ['training and test parts', ['train/2019/1.png', 'train/2020/2.png', 'test/2019/3.png', 'test/2020/4.png']],
    ['no folders', ['1.png', '2.png']],
  ])('look like classes: %s', async (_, ids) => {
    expect((await doubtOf(ids))?.doubt).toBeNull();
  });

  it.each<[string, string[], RegExp]>([
    ['days', ['Tag 1/1.png', 'Tag 2/2.png', '🎉 Party 🎉/3.png', 'a/very/deep/4.png'], /Tag 1 and Tag 2/],
    ['years', ['2019/1.png', '2020-05/2.png'], /2019 and 2020-05/],
    ['cameras', ['DCIM/1.png', '100CANON/2.png'], /100CANON and DCIM/],
    ['one folder', ['holiday/1.png'], /"holiday" is the only one/],
    ['what lies beside most images', ['a/1.png', 'b/2.png', '3.png', '4.png'], /2 images lie beside them/],
    ['what lies above the folders that hold images', ['a/x/1.png', 'b/y/2.png'], /further folders below/],
    ['folds', ['fold1/train/1.png', 'fold1/test/2.png', 'fold2/train/3.png', 'fold2/test/4.png'], /fold1 and fold2/],
    [
      'people with classes below them',
      ['ana/x/1.png', 'ana/y/2.png', 'ben/x/3.png', 'ben/y/4.png'],
      /same folders \(x, y\)/,
    ],
    [
      'parts in the names',
      ['happy_train/1.png', 'happy_test/2.png', 'sad/3.png'],
      /happy_test and happy_train are named like parts/,
    ],
    ['parts before the names', ['Test-Happy/1.png', 'train-happy/2.png'], /named like parts of one class/],
    ['a folder an image', Array.from({ length: 10 }, (__, i) => `person-${i}x/1.png`), /fewer than two images each/],
  ])('do not look like classes: %s', async (_, ids, doubt) => {
    expect((await doubtOf(ids))?.doubt).toMatch(doubt);
  });
});

describe('what belongs to other images', () => {
  const idsOf = async (ids: readonly string[], options: Partial<SourceOptions> = {}) => {
    const root = await temporaryFolder();
    await touch(root, ids);
    const { table, notes, reading } = await read(root, options);
    return { ids: table.map(([id]) => id), notes: notes.join('\n'), reading };
  };

  it.each<[string, string[], string[]]>([
    [
      'masks beside their images',
      ['a/1.png', 'a/1_mask.png', 'a/1_mask_2.png', 'b/2.jpg', 'b/2-depth.png'],
      ['a/1.png', 'b/2.jpg'],
    ],
    ['sizes that web sites make', ['a/1.jpg', 'a/1-150x150.jpg', 'b/2.jpg'], ['a/1.jpg', 'b/2.jpg']],
    [
      'folders beside those of images',
      ['a/images/1.png', 'a/masks/1.png', 'b/images/2.png', 'b/masks/2.png'],
      ['a/images/1.png', 'b/images/2.png'],
    ],
    ['depth beside colour', ['a/rgb/1.png', 'a/depth/1.png', 'b/rgb/2.png'], ['a/rgb/1.png', 'b/rgb/2.png']],
    ['folders of small copies', ['a/1.png', 'b/2.png', 'Thumbnails/1.png', 'a/thumbs/1.png'], ['a/1.png', 'b/2.png']],
  ])('is passed over and said: %s', async (_, ids, left) => {
    const { ids: found, notes } = await idsOf(ids);
    expect(found).toEqual(left);
    expect(notes).toMatch(/belongs? to other images/);
  });

  it.each([
    ['a mask of no image', ['a/1_mask.png', 'b/2.png']],
    ['classes that are called so', ['mask/1.png', 'no_mask/2.png']],
    ['an image in another folder', ['a/1.png', 'b/1_mask.png']],
  ])('is not %s', async (_, ids) => {
    expect((await idsOf(ids)).ids).toEqual(ids);
  });

  it('stays what it was in datasets that are there', async () => {
    const ids = ['a/1.png', 'a/1_mask.png', 'b/2.png'];
    const { reading } = await idsOf(ids);
    expect(reading?.companions).toBe('out');
    expect((await idsOf(ids, { reading: reading! })).ids).toEqual(['a/1.png', 'b/2.png']);
    const { companions: _, ...before } = reading!;
    expect((await idsOf(ids, { reading: before })).ids).toEqual(ids);
  });
});

describe('notes on a folder', () => {
  it.each([
    [
      'parts that names tell',
      ['train_1.png', 'train_2.png', 'test_3.png'],
      /named like parts \(train_1.png, test_3.png\)/,
    ],
    ['tables beside the images', ['a/1.png', 'b/2.png', 'labels.csv'], /labels.csv beside the images was not read/],
    [
      'what lies in no part',
      ['train/a/1.png', 'test/a/2.png', 'extra/a/3.png'],
      /1 image lies .* \(in extra\) .*--train train,extra/,
    ],
    ['names that differ in what nobody sees', ['happy/1.png', 'happy\u200b/2.png'], /taken as one class, happy/],
  ])('tell of %s', async (_, ids, note) => {
    const root = await temporaryFolder();
    await touch(root, ids);
    expect((await read(root)).notes.join('\n')).toMatch(note);
  });
});
