import { beforeAll, describe, expect, it } from 'vitest';
import { firstLook } from '../../src/extension/importing/importSession';
import { importWish } from '../../src/extension/importing/importWish';
import { ensureBuilt } from '../support/built';
import { testEngine } from '../support/forkedEngine';
import { writeFiles } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

/** A folder of small pictures by these names. */
async function folderOf(names: readonly string[]) {
  const folder = await temporaryFolder();
  await writeFiles(folder, Object.fromEntries(names.map((name, seed) => [`${name}.png`, { seed }])));
  return { workspace: await temporaryFolder(), folder };
}

/** Two classes and, beside them, a folder that is named like a part of the images. */
const doubtful = ['happy/1', 'happy/2', 'sad/3', 'sad/4', 'test/5', 'test/6'];

describe('folders that may be parts of the images or classes', () => {
  it('are refused where nobody was asked', async () => {
    const { engine } = testEngine();
    const at = await folderOf(doubtful);
    await expect(engine.run('import', { ...at, classes: [] }, {})).rejects.toThrow(
      /is not clear: "test" is named like/,
    );
  });

  it('are shown as what they are called, and imported so where nobody says otherwise', async () => {
    const { engine } = testEngine();
    const at = await folderOf(doubtful);
    const first = await firstLook(engine.run.bind(engine), at);
    expect(first).toMatchObject({ doubtful: ['test'], choices: { parts: { train: [], test: ['test'] } } });
    expect(first.look).toMatchObject({ parts: null, unlabelled: { train: 0, test: 2 } });
    const wish = importWish(first.look, first.choices);
    expect(wish).toEqual({ test: ['test'], classFolders: true });
    expect(await engine.run('import', { ...at, ...wish }, {})).toMatchObject({ classes: ['happy', 'sad'], images: 6 });
  });

  it('are classes like any others when a person says so', async () => {
    const { engine } = testEngine();
    const at = await folderOf(doubtful);
    const { choices } = await firstLook(engine.run.bind(engine), at);
    const look = await engine.run('look', { ...at, splits: false }, {});
    const wish = importWish(look, { ...choices, parts: { train: [], test: [] } });
    expect(wish).toEqual({ splits: false, classFolders: true });
    const { classes } = await engine.run('import', { ...at, ...wish }, {});
    expect(classes).toEqual(['happy', 'sad', 'test']);
  });

  it('are no parts to begin with where nothing would be left to learn from', async () => {
    const { engine } = testEngine();
    const at = await folderOf(['test/happy/1', 'test/sad/2']);
    const { choices, doubtful: names } = await firstLook(engine.run.bind(engine), at);
    expect(names).toEqual(['test']);
    expect(choices.parts).toEqual({ train: [], test: [] });
  });

  it('are not asked about where their names leave no doubt', async () => {
    const { engine } = testEngine();
    const at = await folderOf(['train/happy/1', 'test/happy/2']);
    const { look, choices, doubtful: names } = await firstLook(engine.run.bind(engine), at);
    expect([choices.parts, names]).toEqual([null, []]);
    expect(look.folders.map(({ name, part }) => [name, part])).toEqual([
      ['test', 'test'],
      ['train', 'train'],
    ]);
  });
});
