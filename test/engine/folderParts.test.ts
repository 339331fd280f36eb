import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { askParts } from '../../src/extension/commands/askParts';
import type { PartsWish } from '../../src/shared/protocol/engine';
import { ensureBuilt } from '../support/built';
import { testEngine } from '../support/forkedEngine';
import { writeFiles } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';
import { window } from '../support/vscodeStub';

beforeAll(ensureBuilt);

/** Two classes and, beside them, a folder that is named like a part of the images. */
async function doubtfulFolder() {
  const folder = await temporaryFolder();
  const names = ['happy/1', 'happy/2', 'sad/3', 'sad/4', 'test/5', 'test/6'];
  await writeFiles(folder, Object.fromEntries(names.map((name, seed) => [`${name}.png`, { seed }])));
  return { workspace: await temporaryFolder(), folder };
}

/** What the question is answered with. */
function answering(label: RegExp) {
  Object.assign(window, {
    showQuickPick: async (items: { label: string }[]) => items.find((item) => label.test(item.label)),
  });
  onTestFinished(() => void Reflect.deleteProperty(window, 'showQuickPick'));
}

describe('folders that may be parts of the images or classes', () => {
  it('are refused where nobody was asked', async () => {
    const { engine } = testEngine();
    const at = await doubtfulFolder();
    await expect(engine.run('import', { ...at, classes: [] }, {})).rejects.toThrow(
      /is not clear: "test" is named like/,
    );
  });

  it.each([
    [/parts of the images/, { test: ['test'] }, ['happy', 'sad']],
    [/like any others/, { splits: false }, ['happy', 'sad', 'test']],
    [/nothing of the kind/, undefined, null],
  ] as const)('are asked about: %s', async (answer, wish, subfolders) => {
    const { engine } = testEngine();
    const at = await doubtfulFolder();
    const look = await engine.request('folder/look', at);
    expect(look.parts).toMatchObject({ train: [], test: ['test'] });
    answering(answer);
    const said: PartsWish | undefined = await askParts(look);
    expect(said).toEqual(wish);
    if (!said) return;
    const then = await engine.request('folder/look', { ...at, ...said });
    expect(then.parts).toBeNull();
    expect(then.subfolders.map(({ name }) => name)).toEqual(subfolders);
    const { classes, images } = await engine.run('import', { ...at, ...said, classFolders: true }, {});
    expect({ classes, images }).toEqual({ classes: subfolders, images: 6 });
  });

  it('are not asked about where their names leave no doubt', async () => {
    const { engine } = testEngine();
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'train/happy/1.png': { seed: 1 }, 'test/happy/2.png': { seed: 2 } });
    const look = await engine.request('folder/look', { workspace: await temporaryFolder(), folder });
    expect(await askParts(look)).toEqual({});
  });
});
