import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { report } from '../support/chartStates';
import { run } from '../support/commandLine';
import { resultsOf } from '../support/datasetFiles';
import { writeDataset } from '../support/writeDataset';

beforeAll(ensureBuilt);

/** A dataset with results and a benchmark, as files. */
async function measured() {
  const { ref, write } = await writeDataset('faces');
  await write('results/0001.json', resultsOf(1, 0.625));
  await write('benchmarks/cold start/report.json', report(['random', 'tcm']));
  const chart = (...args: string[]) =>
    run(['--workspace', ref.workspace, 'chart', 'faces', ...args], { cwd: ref.workspace });
  return { chart, file: (name: string) => join(ref.workspace, name) };
}

describe('chart', () => {
  it('prints the run as a table, and writes benchmarks as pictures and tables', async () => {
    const { chart, file } = await measured();
    expect((await chart()).stdout).toMatch(/this run .*62\.5/);
    const cold = ['--benchmarks', 'cold start', '--width', 'single', '--colours', 'transparent'];
    for (const name of ['a.svg', 'a.png', 'a.tex', 'a.md', 'a.csv'])
      expect(await chart(...cold, '--out', file(name))).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(file('a.svg'), 'utf8')).toMatch(/^<svg [^>]*width="321"/);
    const { width, density, hasAlpha } = await sharp(file('a.png')).metadata();
    expect([width, density, hasAlpha]).toEqual([1003, 300, true]);
    expect(await readFile(file('a.tex'), 'utf8')).toMatch(/TCM & yes & [\d.]+ \$\\pm\$/);
    expect(await readFile(file('a.md'), 'utf8')).toContain('| TCM | no |');
    expect(await readFile(file('a.csv'), 'utf8')).toContain('TCM,true,70,');
  });

  it('says what it does not know', async () => {
    const { chart } = await measured();
    expect(await chart('--benchmarks', 'warm')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no benchmark "warm" with a report; there are cold start'),
    });
    expect((await chart('--metric', 'beauty')).stderr).toContain('There is no metric "beauty"');
    expect((await chart('--out', 'a.bmp')).stderr).toContain('end its name in .svg, .png, .csv, .md, .tex');
  });
});
