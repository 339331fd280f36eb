import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { benchmarkReportSchema } from '../../src/shared/schema/report';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { writeImages } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

describe('benchmark with a protocol and votes', () => {
  it('runs uneven budgets with noisy answers, goes on from its cells, and refuses what is wrong', async () => {
    const folder = await temporaryFolder();
    await writeImages(join(folder, 'faces'), { classes: ['a', 'b'], train: 12, test: 3 });
    const votes = join(folder, 'votes.csv');
    const rows = ['train', 'test'].flatMap((split) =>
      ['a', 'b'].flatMap((name) =>
        Array.from({ length: split === 'train' ? 12 : 3 }, (_, i) => `${split}/${name}/${split}-${i}.png,1,1`),
      ),
    );
    // one training image has no row
    await writeFile(votes, ['image,a,b', ...rows.slice(1)].join('\n'));
    const benchmark = (...more: string[]) =>
      run([
        ...['--workspace', folder, '--quiet', 'benchmark', join(folder, 'faces'), '--protocol', 'cold', '--seeds', '2'],
        ...['--strategies', 'margin', '--pretrained', 'no', '--learner', 'probe', ...more],
      ]);

    const noisy = await benchmark('--votes', votes, '--oracle', 'votes');
    expect(noisy.code).toBe(0);
    const out = join(folder, 'warmstart/faces/benchmarks/benchmark');
    const report = benchmarkReportSchema.parse(JSON.parse(await readFile(join(out, 'report.json'), 'utf8')));
    expect(report.protocol).toMatchObject({
      name: 'cold',
      budgets: [2, 4, 10, 20],
      budget: null,
      votes: { file: 'votes.csv', oracle: true, train: 23, test: 6 },
    });
    expect(report.notes).toContain('Images without votes are answered by their known label: 1 of 24 training images.');
    const [random, margin] = ['random', 'margin'].map((strategy) =>
      report.cells.filter((cell) => cell.strategy === strategy),
    );
    for (const [seed, cell] of margin.entries()) {
      expect(cell.points.map((point) => point.labelled)).toEqual([2, 4, 10, 20]);
      expect(cell.points[0].labelledClasses).toEqual(random[seed].points[0].labelledClasses);
      expect(cell.points[0].accuracy).toBe(random[seed].points[0].accuracy);
      expect(cell.points.every((point) => point.votes?.images === 6)).toBe(true);
      // every image is voted on evenly
      expect(cell.points[3].votes?.agreement).toBeCloseTo(0.5, 12);
    }
    expect(await readFile(join(out, 'profile-not-pretrained.svg'), 'utf8')).toContain('</svg>');

    const again = await benchmark('--votes', votes, '--oracle', 'votes');
    expect(again.stdout).toContain('4 cells of 4 were complete before.');

    await writeFile(votes, 'image,a,b\ntrain/a/train-0.png,1,x\n');
    const wrong = await benchmark('--votes', votes);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr.trim()).toMatch(/votes\.csv line 2: the votes for b are "x"; give a number from 0 on\.$/);
    const without = await benchmark('--oracle', 'votes');
    expect(without.code).toBe(2);
    expect(without.stderr.trim()).toMatch(/give --votes votes\.csv\.$/);
    const uneven = await benchmark('--budget', '3');
    expect(uneven.code).toBe(2);
    expect(uneven.stderr.trim()).toMatch(/--budgets 7,14,35 instead of --budget\.$/);
  });
});
