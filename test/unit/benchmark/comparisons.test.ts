import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { whatSeedsCanShow } from '../../../src/engine/benchmark/comparisonsMarkdown';
import { buildReport, type Study } from '../../../src/engine/benchmark/report';
import { reportMarkdown } from '../../../src/engine/benchmark/reportMarkdown';
import { renderProfileChart } from '../../../src/shared/chart/profileChart';
import { type BenchmarkCell, type BenchmarkPoint, benchmarkReportSchema } from '../../../src/shared/schema/report';

const budgets = [7, 14, 70];
const classes = ['angry', 'disgust', 'happy'];

/** Accuracies by seed and budget. */
const cells = (strategy: string, runs: readonly (readonly number[])[], more: Partial<BenchmarkPoint> = {}) =>
  runs.map(
    (accuracies, seed): BenchmarkCell => ({
      strategy,
      pretrained: true,
      seed,
      points: accuracies.map((accuracy, i) => ({
        labelled: budgets[i],
        accuracy,
        macroF1: accuracy / 2,
        macroRecall: accuracy,
        ece: 0.1,
        perClassRecall: [accuracy, null, accuracy],
        learner: 'probe',
        epochs: 1,
        stopped: 'converged',
        selectionSeconds: 1,
        trainingSeconds: 2,
        labelledClasses: [i, 1, 5],
        ...more,
      })),
    }),
  );

const random = [
  [0.3, 0.4, 0.5],
  [0.31, 0.42, 0.5],
  [0.29, 0.41, 0.52],
];
const better = [
  [0.4, 0.5, 0.5],
  [0.43, 0.53, 0.51],
  [0.4, 0.52, 0.52],
];
const worse = [
  [0.2, 0.4, 0.4],
  [0.2, 0.41, 0.4],
  [0.2, 0.42, 0.4],
];

const study: Study = {
  name: 'cold',
  dataset: { name: 'faces', digest: 'a'.repeat(64), train: 1000, test: 400, classes },
  protocol: {
    name: 'cold',
    initial: 7,
    budget: null,
    cycles: 3,
    budgets,
    pretrained: 'yes',
    seeds: [0, 1, 2],
    strategies: ['random', 'better', 'worse'],
    first: 'strategy',
    learner: 'probe',
    encoder: 'small',
    device: 'cpu',
  },
  cells: [...cells('random', random), ...cells('better', better), ...cells('worse', worse)],
};
const report = buildReport(study);
const text = reportMarkdown(report);

describe('a report', () => {
  it('fits its schema, and so does one of an earlier version', () => {
    expect(benchmarkReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    const old = JSON.parse(JSON.stringify(report));
    delete old.comparisons;
    delete old.protocol.name;
    old.protocol.sharedDraw = true;
    old.protocol.budget = 7;
    for (const row of old.summary) {
      delete row.signFlip;
      delete row.aubcMacroF1;
      if (row.differenceToRandom) delete row.differenceToRandom.bootstrap;
      for (const point of row.points) delete point.meanClassesFound;
    }
    for (const cell of old.cells) for (const point of cell.points) delete point.labelledClasses;
    const read = benchmarkReportSchema.parse(old);
    expect(read).toEqual(old);
    expect(reportMarkdown(read)).toContain('## Time');
  });

  it('tests every strategy against random, corrected by Holm for two', () => {
    const [first, second, third] = report.summary.map((row) => row.signFlip);
    expect(first).toBeNull();
    // all three differences have one sign: 2 / 8, and twice that
    expect(second).toEqual({ p: 0.25, holm: 0.5, n: 3, exact: true, smallest: 0.25 });
    expect(third).toEqual({ p: 0.25, holm: 0.5, n: 3, exact: true, smallest: 0.25 });
  });

  it("has the bootstrap interval beside Student's: of three seeds from the smallest to the largest difference", () => {
    const area = (run: readonly number[]) => {
      const [a, b] = [Math.log(2), Math.log(5)];
      return (a * (run[0] + run[1]) + b * (run[1] + run[2])) / 2 / (a + b);
    };
    const differences = better.map((run, seed) => area(run) - area(random[seed]));
    const found = report.summary[1].differenceToRandom;
    expect(found?.interval).toBe('student-t');
    expect(found?.bootstrap?.low).toBeCloseTo(Math.min(...differences), 12);
    expect(found?.bootstrap?.high).toBeCloseTo(Math.max(...differences), 12);
    expect(report.summary[1].aubcMacroF1?.mean).toBeCloseTo((report.summary[1].aubc?.mean ?? 0) / 2, 12);
  });

  it('has the penalty matrix over the budgets', () => {
    const [comparison] = report.comparisons ?? [];
    expect(comparison).toMatchObject({ pretrained: true, strategies: ['random', 'better', 'worse'], budgets });
    // √3 · mean / sd (ddof 1) of the differences with numpy 1.24.2, to exceed 4.303: better − random 19.05, 32.0, 1.0;
    // random − worse 17.32, 0, 16.0; better − worse 21.0, 16.0, 19.05.
    expect(comparison.penalty.wins).toEqual([
      [0, 0, 2 / 3],
      [2 / 3, 0, 1],
      [0, 0, 0],
    ]);
    expect(comparison.penalty.penalty).toEqual([1 / 3, 0, (2 / 3 + 1) / 2]);
  });

  it('has the profile of the error over seeds and budgets', () => {
    const profile = report.comparisons?.[0].profile;
    expect(profile?.problems).toBe(9);
    // best of the nine: random ties at 70 labels in seeds 0 and 2
    expect(profile?.shares.map((heights) => heights[0])).toEqual([2 / 9, 1, 0]);
    expect(profile?.shares.map((heights) => heights.at(-1))).toEqual([1, 1, 1]);
  });

  it('leaves the initial set out where all strategies share it', () => {
    const same = buildReport({ ...study, protocol: { ...study.protocol, first: 'random' } });
    expect(same.comparisons?.[0]).toMatchObject({ budgets: [14, 70], profile: { problems: 6 } });
  });

  it('has a profile of what all strategies have measured, and none where that is nothing', () => {
    const some = buildReport({ ...study, cells: study.cells.filter((c) => c.strategy !== 'worse' || c.seed === 1) });
    expect(some.comparisons?.[0].profile?.problems).toBe(3);
    const none = buildReport({ ...study, cells: study.cells.filter((c) => c.strategy !== 'worse') });
    expect(none.comparisons?.[0].profile).toBeNull();
    expect(none.comparisons?.[0].penalty.wins[1]).toEqual([2 / 3, 0, null]);
    expect(reportMarkdown(none)).toContain('No performance profile');
  });

  it('counts the classes that have labels, and says nothing where a cell does not know', () => {
    expect(report.summary[0].points.map((point) => point.meanClassesFound)).toEqual([2, 3, 3]);
    const [known, ...others] = study.cells;
    const { labelledClasses: _, ...bare } = known.points[0];
    const mixed = buildReport({
      ...study,
      cells: [{ ...known, points: [bare, ...known.points.slice(1)] }, ...others],
    });
    expect(mixed.summary[0].points.map((point) => point.meanClassesFound)).toEqual([null, 3, 3]);
    expect(reportMarkdown(mixed)).toContain('| Random | yes | – | 3.0 | 3.0 |');
  });
});

describe('what a report says', () => {
  it('states protocol, uneven budgets and the shared draw', () => {
    expect(text).toContain('Protocol cold. The initial set of 7 images is picked by the strategy itself');
    expect(text).toContain(
      'rules that draw at random and those that need a model to choose start from one random draw',
    );
    expect(text).toContain('queries bring it to 14, 70 labels (3 trainings in a cell)');
    expect(text).toContain('AUBC is the mean accuracy over the logarithmic axis of labels.');
  });

  it('says plainly what three seeds can show', () => {
    expect(text).toContain(
      'With 3 seeds the smallest p that the test can give is 0.25; corrected for 2 strategies it is 0.5. So no difference here can be significant at 5 %, however large it is**; 7 seeds are the fewest',
    );
    expect(text).toMatch(/\| better \| yes \| \+\d\.\d \| \[\+\d\.\d, \+\d\.\d\] \| 3 \| 0\.25 \| 0\.5 \|/);
  });

  it.each([
    [1, 4, 'One seed can show nothing'],
    [5, 1, '0.063. So no difference here can be significant'],
    [6, 1, 'With 6 seeds the smallest p that the test can give is 0.031. A p above 0.05 is no proof'],
    [10, 16, 'corrected for 16 strategies it is 0.031. A p above'],
  ])('fits its words to %i seeds and %i strategies', (n, strategies, words) => {
    expect(whatSeedsCanShow(n, strategies).join(' ')).toContain(words);
  });

  it('has matrix and profile as tables', () => {
    expect(text).toContain('| Row beats column | Random | better | worse |');
    expect(text).toContain('| better | 0.67 |  | 1.00 |');
    expect(text).toContain('| *Penalty* | 0.33 | 0.00 | 0.83 |');
    expect(text).toContain('(profile-pretrained.svg)');
    expect(text).toMatch(/\| better \| 100 \|( 100 \|)+ 100\.0 \|/);
  });

  it('tells of votes only where there are some', () => {
    expect(text).not.toContain('votes');
    const votes = { images: 50, logLoss: 1.25, entropy: 0.5, agreement: 0.6 };
    const noisy = buildReport({
      ...study,
      protocol: {
        ...study.protocol,
        votes: { file: 'my_votes.csv', digest: 'b'.repeat(64), oracle: true, train: 990, test: 50 },
      },
      cells: study.cells.map((cell) => ({ ...cell, points: cell.points.map((point) => ({ ...point, votes })) })),
    });
    expect(benchmarkReportSchema.parse(noisy)).toEqual(noisy);
    expect(noisy.summary[0].points[0].votes).toEqual({ meanLogLoss: 1.25, meanAgreement: expect.closeTo(0.6, 12) });
    const said = reportMarkdown(noisy);
    expect(said).toContain('Every answer is drawn from the votes on its image in my\\_votes.csv');
    expect(said).toContain('accuracy is measured on the known classes of the test images');
    expect(said).toContain('| better | yes | 1.250 | 60.0 |');
    expect(said).not.toContain('Labels are taken as correct');
  });
});

describe('renderProfileChart', () => {
  const [comparison] = report.comparisons ?? [];

  it('draws a step curve for every strategy, the best named first', async () => {
    const svg = renderProfileChart(comparison, 'faces & <others>')!;
    expect(svg).toContain('<title id="profile-title">faces &amp; &lt;others&gt;</title>');
    expect(svg).toContain('better has the largest area, 100.0 %.');
    expect(svg.match(/class="mean"/g)).toHaveLength(3);
    expect(svg.indexOf('>better<')).toBeLessThan(svg.indexOf('>Random<'));
    const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([880, 472]);
    expect(new Set(data).size).toBeGreaterThan(10);
  });

  it('grows as wide as whole names need', async () => {
    const long = 'typiclust-until-35-then-uncertaintyHerding-until-200-then-adversarialDeepFool';
    const strategies = comparison.strategies.map((name) => (name === 'better' ? long : name));
    const svg = renderProfileChart({ ...comparison, strategies }, 'faces')!;
    expect(svg).toContain('>TypiClust until 35, then Uncertainty Herding until 200, then Adversarial DeepFool</text>');
    expect(svg).not.toContain('…');
    expect((await sharp(Buffer.from(svg)).metadata()).width).toBeGreaterThan(880);
  });

  it('gives nothing without a profile', () => {
    expect(renderProfileChart({ ...comparison, profile: null }, 'x')).toBeNull();
  });
});
