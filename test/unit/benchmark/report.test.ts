import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { buildReport, type Study } from '../../../src/engine/benchmark/report';
import { reportMarkdown } from '../../../src/engine/benchmark/reportMarkdown';
import { UserError } from '../../../src/engine/errors';
import { renderProfileChart } from '../../../src/shared/chart/profileChart';
import { renderCurveChart } from '../../../src/shared/chart/render';
import { reportChart } from '../../../src/shared/chart/reportChart';
import { featuresOf } from '../../../src/shared/features';
import {
  type BenchmarkCell,
  type BenchmarkPoint,
  type BenchmarkReport,
  benchmarkReportSchema,
} from '../../../src/shared/schema/report';

const point = (labelled: number, accuracy: number, more: Partial<BenchmarkPoint> = {}): BenchmarkPoint => ({
  labelled,
  accuracy,
  macroF1: accuracy - 0.05,
  macroRecall: accuracy - 0.04,
  perClassRecall: [accuracy, accuracy - 0.1, null],
  ece: 0.1,
  learner: 'finetune',
  epochs: 60,
  stopped: 'accuracy',
  selectionSeconds: 0.4,
  trainingSeconds: 12,
  ...more,
});

const cell = (strategy: string, pretrained: boolean, seed: number, accuracies: readonly number[]): BenchmarkCell => ({
  strategy,
  pretrained,
  seed,
  points: accuracies.map((accuracy, i) => point([100, 200, 400][i], accuracy)),
});

const study: Study = {
  name: 'cold-start',
  dataset: { name: 'faces', digest: 'a'.repeat(64), train: 1000, test: 400, classes: ['angry', 'disgust', 'happy'] },
  protocol: {
    initial: 100,
    budget: 100,
    cycles: 3,
    budgets: [100, 200, 400],
    strategies: ['random', 'maxHerding'],
    pretrained: 'both',
    seeds: [0, 1, 2],
    first: 'random',
    learner: 'auto',
    encoder: 'small (quick, 80 epochs)',
    device: 'cpu',
  },
  cells: [
    // Areas on the linear axis: (100 · (a + b) / 2 + 200 · (b + c) / 2) / 300.
    cell('random', false, 0, [0.2, 0.3, 0.4]), // 0.95 / 3
    cell('random', false, 1, [0.2, 0.3, 0.4]), // 0.95 / 3
    cell('random', false, 2, [0.23, 0.33, 0.43]), // 0.95 / 3 + 0.03
    cell('random', true, 0, [0.3, 0.4, 0.5]),
    cell('random', true, 1, [0.3, 0.4, 0.5]),
    cell('random', true, 2, [0.3, 0.4, 0.5]),
    cell('maxHerding', false, 0, [0.2, 0.35, 0.42]),
    cell('maxHerding', false, 1, [0.2, 0.35]), // unfinished
    cell('maxHerding', true, 2, [0.36, 0.46, 0.56]),
    cell('maxHerding', true, 0, [0.34, 0.44, 0.54]),
    cell('maxHerding', true, 1, [0.35, 0.45, 0.55]),
  ],
};

const report = buildReport(study);
const row = (strategy: string, pretrained: boolean) => {
  const found = report.summary.find((one) => one.strategy === strategy && one.pretrained === pretrained);
  if (!found) throw new Error(`no row ${strategy}`);
  return found;
};

describe('buildReport', () => {
  it('fits its schema, also after JSON, and the schema goes to JSON Schema', () => {
    expect(benchmarkReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(z.toJSONSchema(benchmarkReportSchema).type).toBe('object');
  });

  it('averages over the seeds at every budget', () => {
    const [first, , last] = row('random', false).points;
    expect(first).toMatchObject({ labelled: 100, n: 3 });
    expect(first.meanAccuracy).toBeCloseTo(0.21, 12);
    // Deviations −0.01, −0.01, 0.02: sum of squares 0.0006, over 2.
    expect(first.sdAccuracy).toBeCloseTo(Math.sqrt(0.0003), 12);
    expect(first.meanMacroF1).toBeCloseTo(0.16, 12);
    expect(first.meanMacroRecall).toBeCloseTo(0.17, 12);
    expect(last.meanPerClassRecall[0]).toBeCloseTo(0.41, 12);
    expect(last.meanPerClassRecall[2]).toBeNull();
    expect(last.meanTrainingSeconds).toBe(12);
  });

  it('takes areas on the axis it states', () => {
    expect(report.axis).toBe('linear');
    const linear = row('random', false).aubc;
    expect(linear?.mean).toBeCloseTo(0.95 / 3 + 0.01, 12);
    expect(linear?.sd).toBeCloseTo(Math.sqrt(0.0003), 12);
    const log = buildReport({ ...study, axis: 'log' });
    expect(log.axis).toBe('log');
    expect(log.summary[0].aubc?.mean).toBeCloseTo((0.25 + 0.35) / 2 + 0.01, 12);
  });

  it('pairs differences by seed: 0.04, 0.05 and 0.06 to random, whatever the order of the cells', () => {
    const difference = row('maxHerding', true).differenceToRandom;
    expect(difference).toMatchObject({ n: 3, wins: 3, interval: 'student-t' });
    expect(difference?.mean).toBeCloseTo(0.05, 12);
    expect(difference?.low).toBeCloseTo(0.05 - (4.30265 * 0.01) / Math.sqrt(3), 6);
    const baseline = row('maxHerding', true).differenceToBaseline;
    expect(baseline?.mean).toBeCloseTo(0.05 + 0.1 - 0.01, 12);
    expect(row('random', true).differenceToRandom).toBeNull();
    expect(row('random', true).differenceToBaseline?.mean).toBeCloseTo(0.09, 12);
    expect(row('random', false).differenceToBaseline).toBeNull();
  });

  it('says with how many labels random is matched: 0.5 lies halfway between 200 and 400 in doublings', () => {
    expect(row('maxHerding', true).labelsToMatchRandom).toBeCloseTo(200 * Math.SQRT2, 9);
    expect(row('random', true).labelsToMatchRandom).toBeNull();
  });

  it('reports unfinished cells as such and compares only finished ones', () => {
    const unfinished = row('maxHerding', false);
    expect(unfinished.completeSeeds).toEqual([0]);
    expect(unfinished.points.map((one) => one.n)).toEqual([2, 2, 1]);
    expect(unfinished.aubc).toMatchObject({ n: 1, sd: null });
    expect(unfinished.differenceToRandom).toMatchObject({ n: 1, low: null, high: null, interval: null });
    expect(unfinished.labelsToMatchRandom).toBeNull();
  });

  it('has a row for everything planned before anything is run', () => {
    const nothing = buildReport({ ...study, cells: [] });
    expect(nothing.summary.map((one) => [one.strategy, one.pretrained])).toEqual([
      ['random', false],
      ['maxHerding', false],
      ['random', true],
      ['maxHerding', true],
    ]);
    expect(nothing.summary.every((one) => one.points.length === 0 && one.aubc === null)).toBe(true);
    expect(benchmarkReportSchema.parse(nothing)).toEqual(nothing);
    expect(reportMarkdown(nothing)).toContain('No results yet.');
  });

  it('keeps the cells and the notes', () => {
    expect(buildReport({ ...study, notes: ['No glister.'] }).notes).toEqual(['No glister.']);
    expect(report.cells).toEqual(study.cells);
  });

  it.each<[string, BenchmarkCell]>([
    ['is not in its plan', cell('badge', true, 0, [0.1])],
    ['is not in its plan', cell('random', true, 9, [0.1])],
    ['is there twice', cell('random', true, 0, [0.1])],
    ['number of labels that is not in its plan', { ...cell('maxHerding', false, 2, []), points: [point(150, 0.3)] }],
    ['twice at the same number', { ...cell('maxHerding', false, 2, []), points: [point(100, 0.3), point(100, 0.3)] }],
  ])('refuses a cell that %s', (problem, extra) => {
    const build = () => buildReport({ ...study, cells: [...study.cells, extra] });
    expect(build).toThrow(UserError);
    expect(build).toThrow(problem);
  });
});

describe('chosen rows', () => {
  const rows = [
    { strategy: 'maxHerding', features: 'pretrained', name: 'Two steps' },
    { strategy: 'random', features: 'scratch', name: 'Nothing *known*' },
  ] as const;
  const cells = study.cells.filter(({ strategy, pretrained }) => (strategy === 'maxHerding') === pretrained);
  const chosen: Study = { ...study, protocol: { ...study.protocol, rows: [...rows] }, cells };

  it('stand alone, in their order, and are compared with the same baseline', () => {
    const made = buildReport(chosen);
    expect(benchmarkReportSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
    expect(made.summary.map((one) => [one.strategy, featuresOf(one)])).toEqual([
      ['maxHerding', 'pretrained'],
      ['random', 'scratch'],
    ]);
    expect(made.summary[0]?.differenceToBaseline?.mean).toBeCloseTo(0.05 + 0.1 - 0.01, 12);
    expect(made.summary[0]?.differenceToRandom).toBeNull();
    expect(made.comparisons).toEqual([]);
    const other = cell('random', true, 0, [0.1]);
    expect(() => buildReport({ ...chosen, cells: [...cells, other] })).toThrow('is not in its plan');
  });

  it('are called what they were named, in the chart and in the text', () => {
    const made = buildReport(chosen);
    const { series } = reportChart(made);
    expect(series.map(({ name, pretrained, role }) => [name, pretrained, role])).toEqual([
      ['Two steps', undefined, undefined],
      ['Nothing *known*', undefined, 'baseline'],
    ]);
    const text = reportMarkdown(made);
    expect(text).toContain('Two steps reaches 55.0 % at 400 labels; Nothing \\*known\\* 41.0 %.');
    expect(text).toContain(
      'In the chart "Two steps" is MaxHerding with pre-training, "Nothing \\*known\\*" is Random without',
    );
    expect(text).toContain('| MaxHerding | yes | 3 of 3 | 35.0 ± 1.0 | 45.0 ± 1.0 | 55.0 ± 1.0 |');
  });
});

describe('rows on fixed features', () => {
  const on = (features: 'hog' | 'random', strategy: string, accuracies: readonly number[]): BenchmarkCell[] =>
    [0, 1, 2].map((seed) => ({ ...cell(strategy, false, seed, accuracies), features }));
  const mixed = buildReport({
    ...study,
    protocol: { ...study.protocol, features: ['hog', 'random', 'scratch', 'pretrained'] },
    cells: [
      ...study.cells,
      ...on('hog', 'random', [0.3, 0.3, 0.3]),
      ...on('hog', 'maxHerding', [0.35, 0.35, 0.35]),
      ...on('random', 'random', [0.1, 0.1, 0.1]),
    ],
  });
  const found = (strategy: string, features: string) =>
    mixed.summary.find((one) => one.strategy === strategy && one.features === features)!;

  it('stand between the others, compared with random on the same features and with random from scratch', () => {
    expect(benchmarkReportSchema.parse(JSON.parse(JSON.stringify(mixed)))).toEqual(mixed);
    expect(mixed.summary.map((one) => [one.strategy, one.features ?? one.pretrained])).toEqual([
      ...[
        ['random', false],
        ['maxHerding', false],
        ['random', 'random'],
        ['maxHerding', 'random'],
      ],
      ...[
        ['random', 'hog'],
        ['maxHerding', 'hog'],
        ['random', true],
        ['maxHerding', true],
      ],
    ]);
    expect(found('maxHerding', 'hog').differenceToRandom?.mean).toBeCloseTo(0.05, 10);
    expect(found('maxHerding', 'hog').differenceToBaseline?.mean).toBeCloseTo(0.35 - (0.95 / 3 + 0.01), 10);
    expect(found('random', 'random').differenceToBaseline?.mean).toBeLessThan(0);
    expect(found('maxHerding', 'random')).toMatchObject({ completeSeeds: [], aubc: null });
    // the rows that were there before are as they were
    const before = report.summary.map(({ aubc, points }) => ({ aubc, points }));
    const after = mixed.summary.filter((one) => !one.features).map(({ aubc, points }) => ({ aubc, points }));
    expect(after).toEqual(before);
  });

  it('say what they are, in the text and in the picture', () => {
    const text = reportMarkdown(mixed);
    expect(text).toContain('| MaxHerding | no (HOG features) | 3 of 3 | 35.0 ± 0.0 |');
    expect(text).toContain('- MaxHerding on random features: 0 of 3 seeds');
    expect(text).toContain('Rows on fixed features are probes on histograms of oriented gradients (HOG) and');
    expect(reportMarkdown(report)).not.toMatch(/HOG|random features/);
    const { series } = reportChart(mixed);
    expect(new Set(series.map(({ name, pretrained }) => `${name}/${pretrained}`)).size).toBe(8);
    expect(series.filter(({ role }) => role === 'baseline').map(({ name }) => name)).toEqual(['Random', 'Random']);
    expect(renderCurveChart(reportChart(mixed))).toContain('MaxHerding (HOG)');
  });

  it('are tested and compared among themselves', () => {
    expect(mixed.comparisons?.map(featuresOf)).toEqual(['scratch', 'random', 'hog', 'pretrained']);
    const [scratch, random, hog, pretrained] = mixed.comparisons ?? [];
    expect([scratch, pretrained]).toEqual(report.comparisons);
    // both do the same in every seed here, which is one run each
    expect(hog.penalty.wins).toEqual([
      [0, null],
      [null, 0],
    ]);
    expect(hog.profile?.shares.map(([best]) => best)).toEqual([0, 1]);
    expect(random).toMatchObject({ pretrained: false, features: 'random', profile: null });
    // one strategy against random on each kind of features: Holm corrects nothing
    expect(found('maxHerding', 'hog').signFlip).toMatchObject({ p: 0.25, holm: 0.25, n: 3 });
    expect([found('random', 'hog').signFlip, found('maxHerding', 'random').signFlip]).toEqual([null, null]);
    const tests = ({ summary }: BenchmarkReport) =>
      summary.filter((row) => !row.features).map(({ signFlip }) => signFlip);
    expect(tests(mixed)).toEqual(tests(report));
    const text = reportMarkdown(mixed);
    const titles = text.match(/(?<=## Pairwise comparisons ).*/g);
    expect(titles).toEqual([...['without pre-training', 'on random features', 'on HOG features', 'with pre-training']]);
    expect(text).toContain('| MaxHerding | no (HOG features) | +5.0 | [+5.0, +5.0] | 3 | 0.25 | 0.25 |');
    expect(new Set(text.match(/profile-[a-z-]+\.svg/g))).toEqual(
      new Set(['profile-not-pretrained.svg', 'profile-hog.svg', 'profile-pretrained.svg']),
    );
  });

  it('are refused where they are not in the plan', () => {
    const [extra] = on('hog', 'random', [0.3]);
    expect(() => buildReport({ ...study, cells: [...study.cells, extra] })).toThrow(
      /\(random, features hog, seed 0\) is not in its plan/,
    );
  });
});

describe('a hybrid', () => {
  it('is named in words wherever it is shown', () => {
    const name = 'maxHerding-until-35-then-margin';
    const rename = (strategy: string) => (strategy === 'maxHerding' ? name : strategy);
    const hybrid = buildReport({
      ...study,
      protocol: { ...study.protocol, strategies: study.protocol.strategies.map(rename) },
      cells: study.cells.map((one) => ({ ...one, strategy: rename(one.strategy) })),
    });
    expect(hybrid.summary.map(({ strategy }) => strategy)).toContain(name);
    expect(hybrid.comparisons?.[0].strategies).toContain(name);
    const text = reportMarkdown(hybrid);
    expect(text).not.toContain('until-35');
    expect(text).toContain('| Row beats column | Random | MaxHerding until 35, then Margin |');
    const profile = renderProfileChart(hybrid.comparisons![0], 'x');
    expect(profile).toContain('MaxHerding until 35, then Margin');
    expect(profile).not.toContain('until-35');
  });
});

describe('reportMarkdown', () => {
  const text = reportMarkdown(report);

  it('reads as it did before', async () => {
    await expect(text).toMatchFileSnapshot('../../fixtures/chart/report.md');
  });

  it('says in its first sentence when a figure rests on fewer seeds', () => {
    const ahead = cell('maxHerding', false, 0, [0.5, 0.6, 0.7]);
    const cells = study.cells.map((one) =>
      one.strategy === 'maxHerding' && !one.pretrained && one.seed === 0 ? ahead : one,
    );
    expect(reportMarkdown(buildReport({ ...study, cells }))).toContain(
      'Without pre-training, MaxHerding reaches 70.0 % (1 of 3 seeds) at 400 labels; Random without pre-training 41.0 %;',
    );
  });

  it('names what is missing', () => {
    expect(text).toContain('**This benchmark is incomplete**: 10 of 12 cells are finished.');
    expect(text).toContain('- MaxHerding without pre-training: 1 of 3 seeds');
    const complete = buildReport({
      ...study,
      protocol: { ...study.protocol, strategies: ['random'] },
      cells: study.cells.slice(0, 6),
    });
    expect(reportMarkdown(complete)).not.toContain('incomplete');
  });

  it('gives means, areas and differences with their intervals', () => {
    expect(text).toContain('| MaxHerding | yes | 3 of 3 | 35.0 ± 1.0 | 45.0 ± 1.0 | 55.0 ± 1.0 |');
    expect(text).toContain('| MaxHerding | no | 1 of 3 | 20.0 ± 0.0 (n=2) | 35.0 ± 0.0 (n=2) | 42.0 (n=1) |');
    expect(text).toContain(
      '| MaxHerding | yes | 46.7 ± 1.0 | 41.7 ± 1.0 | +5.0 [+2.5, +7.5], 3 of 3 | +14.0 [+11.5, +16.5], 3 of 3 | 283 |',
    );
    expect(text).toContain('With 3 seeds any interval is rough.');
  });

  it('says nothing of seeds that were not run, and of pre-training that was not used', () => {
    const single = buildReport({
      ...study,
      protocol: { ...study.protocol, seeds: [0], pretrained: 'no', encoder: null },
      cells: study.cells.filter((one) => one.seed === 0 && !one.pretrained),
    });
    const lone = reportMarkdown(single);
    expect(lone).toContain('With one seed there is neither a spread nor an interval');
    expect(lone).toContain('No cell uses pre-training.');
    expect(lone).not.toContain('share one encoder');
    expect(lone).toContain('+3.2 [no interval], 1 of 1');
  });

  it('lets no name become a table, a link or HTML', () => {
    const classes = ['a|b', '<img src=x>', '[x](y)\n# z'];
    const hostile = reportMarkdown(buildReport({ ...study, dataset: { ...study.dataset, classes } }));
    expect(hostile).toContain('| Strategy | Pre-training | a\\|b | &lt;img src=x&gt; | \\[x\\](y) \\# z |');
  });
});

describe('reportChart', () => {
  it('has a series for each row, random as the baseline, and can be drawn', async () => {
    const chart = reportChart(report, { references: [{ name: 'all labels', value: 0.6 }] });
    expect(chart).toMatchObject({ title: 'faces: accuracy by number of labels', axis: 'linear', poolSize: 1000 });
    expect(chart.series.map((series) => [series.name, series.pretrained, series.role])).toEqual([
      ['Random', false, 'baseline'],
      ['MaxHerding', false, undefined],
      ['Random', true, 'baseline'],
      ['MaxHerding', true, undefined],
    ]);
    expect(chart.series[1].points[2]).toEqual({ labelled: 400, mean: 0.42, sd: null, n: 1 });
    const svg = renderCurveChart(chart);
    expect(svg).toContain('With pre-training, MaxHerding reaches 55.0 % at 400 labels;');
    expect((await sharp(Buffer.from(svg)).metadata()).format).toBe('svg');
  });

  it('calls the lowest calibration error the best', () => {
    const calibrated = { ...cell('maxHerding', true, 0, []), points: [point(400, 0.3, { ece: 0.04 })] };
    const cells = study.cells.map((one) =>
      one.strategy === 'maxHerding' && one.pretrained && one.seed === 0 ? calibrated : one,
    );
    const svg = renderCurveChart(reportChart(buildReport({ ...study, cells }), { metric: 'ece' }));
    expect(svg).toContain('With pre-training, MaxHerding reaches 8.0 % at 400 labels;');
    expect(svg).toContain('>Expected calibration error (lower is better');
  });

  it('draws other metrics, and single seeds when asked', () => {
    const chart = reportChart(report, { metric: 'macroF1', seeds: true });
    expect(chart.metric).toBe('macro-F1');
    expect(chart.series[3].points[0].mean).toBeCloseTo(0.3, 12);
    expect(chart.series[1].seeds?.map((run) => run.points.length)).toEqual([3, 2]);
  });
});
