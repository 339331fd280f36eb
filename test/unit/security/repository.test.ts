import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { digests, type IndexEntry, readList, readRecords, writeList } from '../../../src/engine/data/dataset/list';
import { openHead, openImageList } from '../../../src/engine/data/dataset/open';
import { addLabels } from '../../../src/engine/rounds/labelFiles';
import { LabelMemory } from '../../../src/engine/rounds/labelMemory';
import { drawnFiles, sourceFiles } from '../../../src/engine/server/imageFiles';
import { sha256 } from '../../../src/engine/store/digest';
import { makeFolder } from '../../../src/engine/store/makeFolder';
import { imageId, isSafeId } from '../../../src/shared/schema/common';
import { datasetFile } from '../../support/datasetFiles';
import { temporaryFolder } from '../../support/temporaryFolder';
import { writeDataset } from '../../support/writeDataset';

const ESCAPE = '../../../../../../escaped/evil';

/** A user's home, which no repository can write to. */
beforeEach(async () => {
  for (const variable of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(variable, await temporaryFolder());
  return () => vi.unstubAllEnvs();
});

/** A dataset of rows whose list names these images, with all that a repository can bring along. */
async function rowsOf(ids: readonly string[]) {
  const { workspace, directory, write } = await writeDataset();
  const entries = ids.map((id): IndexEntry => ({ id, split: 'train', label: 0, hash: 'a'.repeat(64) }));
  const image = { channels: 1, height: 1, width: 1 } as const;
  const split = { train: ids.length, test: 0 };
  const file = datasetFile({ layout: 'fer2013', root: 'a.csv', image, split, ...digests(entries, ['happy', 'sad']) });
  await write('dataset.json', file);
  await write('.cache/pixels.u8', '\x01'.repeat(ids.length));
  const open = async () => openImageList(await openHead(workspace, 'faces'));
  return { workspace, directory, write, entries, file, open };
}

describe('a list of images that came with a repository', () => {
  it('is not believed by a proof that came with it, and never leads outside', async () => {
    const { workspace, directory, write, entries, file, open } = await rowsOf([ESCAPE]);
    const lines = entries.map(({ id, split, label, hash }) => JSON.stringify([id, split, label, hash]));
    const text = `{"schema": 1, "image": ${JSON.stringify(file.image)}, "images": [\n${lines.join(',\n')}\n]}\n`;
    await write('.cache/index.json', text);
    // as earlier versions proved it, which anybody can compute
    const { digest, labelDigest } = file;
    const proof = { list: sha256(Buffer.from(text)), digest, labelDigest, image: [1, 1, 1] };
    await write('.cache/index.checked', `${JSON.stringify(proof)}\n`);
    expect(await open()).toBeNull();
    expect(await readList(directory, file)).toBeNull();
    // even a list that this user has checked can't name such an image
    await writeList(directory, file, entries);
    expect(await open()).toBeNull();
    // nor a message that names one
    const head = await openHead(workspace, 'faces');
    const believing = {
      ...head,
      has: () => true,
      recordOf: () => 0,
      listed: { records: new Map(), hashes: [], test: [] },
    };
    expect(await drawnFiles(believing, [ESCAPE])).toEqual([null]);
    expect(await sourceFiles({ ...head, file: { ...file, layout: 'folders' } }, [ESCAPE])).toEqual([null]);
    expect(existsSync(join(workspace, '../escaped'))).toBe(false);
  });

  it('is read by the proof of this user alone: not by that of another', async () => {
    const { directory, file, entries, open } = await rowsOf(['a', 'b']);
    await writeList(directory, file, entries);
    expect((await open())?.recordOf('b')).toBe(1);
    vi.stubEnv('XDG_CACHE_HOME', await temporaryFolder());
    vi.stubEnv('LOCALAPPDATA', await temporaryFolder());
    vi.stubEnv('HOME', await temporaryFolder());
    expect(await open()).toBeNull();
    expect(await readList(directory, file)).toHaveLength(2);
    expect((await open())?.recordOf('b')).toBe(1);
  });

  it('is checked each time where no key can be kept', async () => {
    const { directory, file, entries, open } = await rowsOf(['a', 'b']);
    const home = join(await temporaryFolder(), 'file');
    await writeFile(home, '');
    for (const variable of ['XDG_CACHE_HOME', 'LOCALAPPDATA', 'HOME']) vi.stubEnv(variable, home);
    await writeList(directory, file, entries);
    expect((await open())?.recordOf('b')).toBe(1);
    await writeList(directory, file, [...entries].reverse().slice(1));
    expect(await open()).toBeNull();
  });

  it('of lines that are none is no list, and no defect', async () => {
    const { directory, file, entries } = await rowsOf(['a\\b', 'c']);
    await writeList(directory, file, entries);
    const path = join(directory, '.cache/index.json');
    const forged = (await readFile(path, 'utf8')).replace('["a\\\\b"', '["a\\"');
    for (const text of [forged, forged.replace('"train"', '"x"'), `${forged.slice(0, 60)}\n[\\\n`]) {
      await writeFile(path, text);
      expect(await readRecords(directory, file)).toBeNull();
      expect(await readList(directory, file)).toBeNull();
    }
  });

  it.each([ESCAPE, '/etc/passwd', '..', 'a/../../b', 'a\\..\\..\\b', 'C:\\x', 'c:/x', '\\\\host\\x', 'a\0b', ''])(
    'does not take %j for an image',
    (id) => expect(imageId.safeParse(id).success).toBe(false),
  );

  it.each(['a.png', 'a/b.png', '..a/b..png', 'a\\b.png', 'C:x.png', '.hidden', '"'])('takes %j for one', (id) =>
    expect(isSafeId(id)).toBe(true),
  );
});

/** A dataset whose `place` is a link that leads out, and where it leads. */
async function linked(place: string) {
  const { workspace, directory, write } = await writeDataset();
  const outside = await temporaryFolder();
  await rm(join(directory, place), { recursive: true, force: true });
  await mkdir(join(directory, place, '..'), { recursive: true });
  await symlink(outside, join(directory, place));
  return { workspace, directory, write, outside };
}

const answer = new Map([['a.png', { label: 'happy', at: '2026-01-01T00:00:00.000Z', seconds: 1 }]]);
const toLabel = (directory: string) => ({ name: 'faces', directory, file: datasetFile(), has: () => true });

describe.skipIf(process.platform === 'win32')('a link in a dataset’s folder that leads out of it', () => {
  it('has no label written outside, be it a new file or a line of one', async () => {
    const { directory, outside } = await linked('labels');
    for (const memory of [undefined, new LabelMemory()])
      await expect(
        addLabels(toLabel(directory), 'ann', answer, { overwrite: true, exact: true, ...(memory ? { memory } : {}) }),
      ).rejects.toThrow(/a link leads out of the dataset's folder .*; replace the link by a folder/);
    expect(await readdir(outside)).toEqual([]);
  });

  it('is named when the dataset is opened, wherever it stands', async () => {
    for (const place of [
      'labels',
      '.cache',
      'models',
      'rounds',
      '.cache/embeddings',
      'models/embeddings',
      'repeats/labels',
    ]) {
      const { workspace, directory, outside } = await linked(place);
      await expect(openHead(workspace, 'faces')).rejects.toMatchObject({
        code: 'input',
        message: expect.stringContaining(`${join(directory, place)} is a link that leads out of the dataset's folder`),
      });
      await expect(makeFolder(join(directory, place, 'x'))).rejects.toMatchObject({ code: 'disk' });
      expect(await readdir(outside)).toEqual([]);
    }
  });

  it('is none where it stays inside, or where the dataset itself lies elsewhere', async () => {
    const { workspace, directory, write } = await writeDataset();
    await write('kept/labels/.keep', '');
    await symlink('kept/labels', join(directory, 'labels'));
    await addLabels(toLabel(directory), 'ann', answer, { overwrite: true, exact: true });
    expect(await readdir(join(directory, 'kept/labels'))).toContain('ann.jsonl');
    expect((await openHead(workspace, 'faces')).name).toBe('faces');
    const other = await temporaryFolder();
    await symlink(join(workspace, 'warmstart'), join(other, 'warmstart'));
    expect((await openHead(other, 'faces')).name).toBe('faces');
    await addLabels(toLabel(join(other, 'warmstart/faces')), 'ben', answer, { overwrite: true, exact: true });
    expect(await readdir(join(directory, 'labels'))).toContain('ben.jsonl');
  });

  it('has no line added to a file elsewhere by a label file that is a link', async () => {
    const { directory } = await writeDataset();
    const target = join(await temporaryFolder(), 'theirs');
    const memory = new LabelMemory();
    await addLabels(toLabel(directory), 'ann', answer, { overwrite: true, exact: true });
    await writeFile(target, await readFile(join(directory, 'labels/ann.jsonl')));
    await rm(join(directory, 'labels/ann.jsonl'));
    await symlink(target, join(directory, 'labels/ann.jsonl'));
    const before = await readFile(target, 'utf8');
    const more = new Map([['b.png', { label: 'sad', at: '2026-01-01T00:00:01.000Z', seconds: 1 }]]);
    const saving = addLabels(toLabel(directory), 'ann', more, { overwrite: true, exact: true, memory });
    await expect(saving).rejects.toThrow(/ann\.jsonl: it is a link to another file/);
    expect(await readFile(target, 'utf8')).toBe(before);
  });
});
