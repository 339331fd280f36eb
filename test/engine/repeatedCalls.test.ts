import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

async function place() {
  const workspace = await temporaryFolder();
  return { workspace, warmstart: (...args: string[]) => run(['--workspace', workspace, '--quiet', ...args]) };
}

describe('a command that is called again', () => {
  it('takes the folder of a sample for the sample that it is', async () => {
    const { workspace, warmstart } = await place();
    const folder = join(workspace, 'drawn');
    expect(await warmstart('sample', folder, '--faces', '50')).toMatchObject({ code: 0 });
    for (const repeated of [
      ['import', folder],
      ['sample', folder, '--faces', '50'],
    ]) {
      const again = await warmstart('--json', ...repeated);
      expect(again).toMatchObject({ code: 0, stderr: '' });
      expect(again.json()).toMatchObject({ alreadyImported: true, layout: 'sample' });
    }
  });

  it('says that there is nothing to ask while images wait, and once all were asked for', async () => {
    const { workspace, warmstart } = await place();
    await writeImages(join(workspace, 'faces'), { classes: ['a', 'b'], train: 2, test: 1 });
    const csv = join(workspace, 'labels.csv');
    const images = ['a', 'b'].flatMap((c) => [0, 1].map((i) => `train/${c}/train-${i}.png,${c}`));
    await writeFile(csv, ['image,label', ...images].join('\n'));
    expect(await warmstart('import', join(workspace, 'faces'), '--encoder', 'hog')).toMatchObject({ code: 0 });
    const query = () => warmstart('query', 'faces', '--strategy', 'random', '--budget', '4');
    expect((await query()).stdout).toMatch(/^Round 1: 4 images to label/);
    const waiting = await query();
    expect(waiting).toMatchObject({ code: 0, stderr: '' });
    expect(waiting.stdout).toMatch(/^Nothing to do\. Round 1 of faces still has 4 of 4 images without an answer; /);
    expect(await warmstart('label', 'faces', '--from', csv)).toMatchObject({ code: 0 });
    const [again, done] = [await warmstart('label', 'faces', '--from', csv), await query()];
    expect(again.stdout).toMatch(/^Nothing to do: every answer was there already/);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(/^Nothing to do\. Every training image of faces has been asked for/);
  });
});
