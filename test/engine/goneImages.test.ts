import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { QueryReport } from '../../src/engine/commands/query';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

describe('images whose files are gone', () => {
  it.each(['random', 'coreset'])('are not asked for (%s), as long as there are others', async (strategy) => {
    const workspace = await temporaryFolder();
    const folder = join(workspace, 'faces');
    await writeImages(folder, { classes: ['a', 'b'], train: 8, test: 0 });
    const warmstart = (...args: string[]) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
    const query = () => warmstart('query', 'faces', '--budget', '6', '--strategy', strategy, '--again');
    expect(await warmstart('import', 'faces', '--encoder', 'hog')).toMatchObject({ code: 0 });
    const classA = (await readdir(join(folder, 'train', 'a'))).slice(0, 5);
    for (const name of classA) await rm(join(folder, 'train', 'a', name));
    const { round, note } = (await query()).json<QueryReport>();
    const asked = round.picks.map(({ image }) => image);
    expect(asked).toHaveLength(6);
    expect(asked.filter((image) => classA.some((name) => image.endsWith(`a/${name}`)))).toEqual([]);
    expect([11, 16]).toContain(round.pool);
    expect(note).toMatch(/5 images no longer there/);

    await rename(folder, `${folder} elsewhere`);
    const refused = await query();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/The files of all \d+ images of faces that could be asked for are gone/);
    await rename(`${folder} elsewhere`, folder);
    expect((await query()).json<QueryReport>().round.round).toBe(2);
  });
});
