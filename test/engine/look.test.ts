import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { firstLook, ImportSession } from '../../src/extension/importing/importSession';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { testEngine, watched } from '../support/forkedEngine';
import { writeFiles, writeManyImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';
import { photos, small, unreadable, writeWorstFolder } from '../support/worstFolder';

beforeAll(ensureBuilt);

async function worst() {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'party');
  await writeWorstFolder(folder);
  return { workspace, folder };
}

/** A session on a folder, as the page has it. */
async function sessionOn(at: { workspace: string; folder: string }) {
  const { engine } = testEngine();
  const session = new ImportSession(engine, at, await firstLook(engine.run.bind(engine), at), () => {});
  onTestFinished(() => session.dispose());
  return { engine, session };
}

const untilOpened = (session: ImportSession) =>
  expect.poll(() => session.state.images.status, { timeout: 60_000 }).toBe('ready');

describe('a look at the worst folder of all', () => {
  it('says what lies there, what cannot be read and why, and writes nothing', async () => {
    const at = await worst();
    const { session } = await sessionOn(at);
    session.lookAtImages();
    const { look, doubtful } = session.state;
    expect(doubtful).toEqual(['test']);
    expect(look.mayBePhotos).toBe(true);
    expect(look.doubt).toMatch(/2019-05 Berlin and 2020 Rom/);
    expect(look.ignored).toEqual({ hidden: 2, other: 2 });
    expect(look.notes.join()).toContain('@eaDir');
    await untilOpened(session);
    const { form, images } = session.state;
    expect(images.found?.images).toBe(photos + small);
    expect(images.found?.broken.map(({ id }) => id)).toEqual(Object.keys(unreadable).sort());
    for (const { id, problem } of images.found?.broken ?? []) expect(problem).toMatch(unreadable[id] as RegExp);
    expect(form.found?.fit).toBe('pad');
    expect(form.found?.cropping.most).toBeGreaterThan(0.3);
    expect(form.found?.pictures).toHaveLength(8);
    for (const { data } of form.found?.pictures ?? [])
      expect(Buffer.from(data, 'base64').subarray(8, 12).toString()).toBe('WEBP');
    expect((await readdir(at.workspace)).sort()).toEqual(['party']);
  });

  it('says the same on the command line', async () => {
    const at = await worst();
    const { stdout, code } = await run(['--workspace', at.workspace, '--quiet', 'import', at.folder, '--look']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/What its folders are is not clear: "test"/);
    expect(stdout).toMatch(/5 images can't be used and are left out: .*junk\/page\.png \(.*web page/);
    expect(stdout).toMatch(/as large as photos; .*--faces/);
    expect((await readdir(at.workspace)).sort()).toEqual(['party']);
    const asked = ['--json', 'import', at.folder, '--look', '--no-splits', '--fit', 'cover'];
    const ran = await run(['--workspace', at.workspace, ...asked]);
    const said = ran.json<{ parts: object | null; form: { fit: string } }>();
    expect([said.parts, said.form.fit]).toEqual([null, 'cover']);
  });

  it('follows what a person says of folders, and imports just that', async () => {
    const at = await worst();
    const { engine, session } = await sessionOn(at);
    const albums = ['2019-05 Berlin', '2020 Rom', 'junk', 'test'];
    const choices = { ...session.state.choices, parts: { train: [], test: [] }, fit: 'cover' as const };
    const wish = await session.wish({ ...choices, classes: 'folders', notClasses: albums });
    expect(wish).toEqual({ splits: false, classes: ['happy', 'sad'], fit: 'cover' });
    const { classes, images, broken } = await engine.run('import', { ...at, ...wish }, {});
    expect({ classes, images, broken: broken.length }).toEqual({
      classes: ['happy', 'sad'],
      images: photos + small,
      broken: Object.keys(unreadable).length,
    });
  });

  it('says in a sentence which choice cannot be followed', async () => {
    const { session } = await sessionOn(await worst());
    const { choices } = session.state;
    await expect(session.wish({ ...choices, classes: 'named', names: 'happy, Happy' })).rejects.toThrow(
      /differs from the class "happy"/,
    );
  });
});

describe('a look', () => {
  it('at a layout with classes of its own counts them, and has nothing to ask', async () => {
    const workspace = await temporaryFolder();
    const folder = join(workspace, 'kdef');
    const names = ['AF01/AF01ANS', 'AF01/AF01HAS', 'AF02/AF02ANS', 'AM01/AM01SAS', 'AM02/AM02SAS'];
    await writeFiles(folder, Object.fromEntries(names.map((name, seed) => [`${name}.JPG`, { seed }])));
    const { session } = await sessionOn({ workspace, folder });
    const { look, choices } = session.state;
    expect(look).toMatchObject({ layout: 'kdef', areFixed: true, images: 5 });
    expect(look.classes.filter(({ train, test }) => train + test > 0)).toHaveLength(3);
    expect(await session.wish(choices)).toEqual({});
  });

  it('at folders with the numbers of a published dataset says what they mean, which a person can refuse', async () => {
    const workspace = await temporaryFolder();
    const folder = join(workspace, 'raf-db');
    const names = [1, 2, 3, 4, 5, 6, 7].flatMap((n) => [`${n}/a${n}.png`, `${n}/b${n}.png`]);
    await writeFiles(folder, Object.fromEntries(names.map((name, seed) => [name, { seed }])));
    const { engine, session } = await sessionOn({ workspace, folder });
    const { look, choices } = session.state;
    expect(look.numbered).toMatchObject({ dataset: 'RAF-DB' });
    expect(await session.wish({ ...choices, classes: 'plain' })).toEqual({ classFolders: true });
    const wish = await session.wish(choices);
    expect(wish).toEqual({});
    const { classes } = await engine.run('import', { workspace, folder, ...wish }, {});
    expect(classes).toContain('surprise');
  });

  it('at a table shows its rows as pictures, and which of them are none', async () => {
    const workspace = await temporaryFolder();
    const rows = Array.from({ length: 9 }, (_, i) =>
      [
        i % 7,
        Array(48 * 48)
          .fill(20 * i)
          .join(' '),
        'Training',
      ].join(),
    );
    const csv = ['emotion,pixels,Usage', ...rows, '3,1 2 3,Training', ''].join('\n');
    await writeFiles(workspace, { 'fer/fer2013.csv': csv });
    const { session } = await sessionOn({ workspace, folder: join(workspace, 'fer') });
    expect(session.state.look).toMatchObject({ layout: 'fer2013', areFixed: true, mayBePhotos: false, images: 9 });
    session.lookAtImages();
    await untilOpened(session);
    const { form, images } = session.state;
    expect(form.found).toMatchObject({ width: 48, height: 48, channels: 1 });
    expect(form.found?.pictures).toHaveLength(8);
    expect(images.found?.broken).toEqual([
      { id: 'fer2013.csv:11', problem: expect.stringContaining('3 pixel values') },
    ]);
  });

  it('at a folder without images is an error in a sentence', async () => {
    const { engine } = testEngine();
    const folder = await temporaryFolder();
    await expect(engine.run('look', { workspace: folder, folder }, {})).rejects.toThrow(/^There are no images in /);
  });

  it('shows its progress, can be cancelled, and lets an import go first', async () => {
    const workspace = await temporaryFolder();
    const folder = join(workspace, 'many');
    await writeManyImages(folder, 1500, ['a', 'b']);
    const { engine } = testEngine();
    const stages = new Set<string>();
    await engine.run('look', { workspace, folder }, { report: ({ stage }) => stages.add(stage) });
    expect([...stages]).toContain('Looking for images');
    const { token, cancel } = watched();
    const looking = engine.run('lookAtImages', { workspace, folder }, { token, report: cancel });
    await expect(looking).rejects.toThrow(/cancel/i);
    const opened = engine.run('lookAtImages', { workspace, folder }, {});
    const first = await Promise.race([
      opened.then(() => 'look'),
      engine.run('import', { workspace, folder }, {}).then(() => 'import'),
    ]);
    expect(first).toBe('import');
    expect((await opened).images).toBe(1500);
  });
});
