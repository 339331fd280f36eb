import { describe, expect, it } from 'vitest';
import {
  budgetChart,
  type CurveSources,
  comparisonNotes,
  curveChoices,
  defaultView,
} from '../../../../src/shared/chart/budgetChart';
import { reportChart } from '../../../../src/shared/chart/reportChart';
import { stylesOf } from '../../../../src/shared/chart/seriesStyle';
import { themeOf } from '../../../../src/shared/chart/theme';
import { report, results } from '../../../support/chartStates';

const cold = report(['random', 'maxHerding', 'badge']);
const sources: CurveSources = {
  dataset: 'Faces',
  classes: cold.dataset.classes,
  poolSize: 4000,
  results: results([20, 40]),
  benchmarks: [
    { name: 'new', report: cold },
    { name: 'old', report: report(['random', 'margin', 'maxHerding']) },
  ],
};
const view = defaultView(sources, null);
const named = (of: CurveSources, change: Partial<typeof view> = {}) =>
  budgetChart(of, { ...view, ...change }).chart.series.map(({ name, pretrained }) => `${name} ${pretrained}`);

describe('budgetChart', () => {
  it("starts with the user's run and the newest benchmark, random in it", () => {
    expect(view).toMatchObject({ metric: 'accuracy', axis: 'auto', run: true, benchmarks: ['new'] });
    expect(named(sources)).toEqual([
      'this run true',
      'Random false',
      'MaxHerding false',
      'BADGE false',
      'Random true',
      'MaxHerding true',
      'BADGE true',
    ]);
    expect(budgetChart(sources, view).chart).toMatchObject({
      title: 'Faces: accuracy by number of labels',
      axis: 'log', // 20 to 490 labels
      poolSize: 4000,
      kind: 'Curve',
    });
  });

  it('starts with the benchmark that was asked for', () => {
    const asked = defaultView(sources, 'old');
    expect(asked).toMatchObject({ run: false, benchmarks: ['old'] });
    const { chart, entries } = budgetChart({ ...sources, poolSize: 5000 }, asked);
    expect(entries.every(({ series }) => series.role !== 'run')).toBe(true);
    expect(chart.poolSize).toBe(4000); // what it drew from, not all that the dataset has
  });

  it('has no run before the first training', () => {
    expect(named({ ...sources, results: [] })[0]).toBe('Random false');
    expect(budgetChart({ ...sources, results: [], benchmarks: [] }, view).entries).toEqual([]);
  });

  it('lets every curve be hidden but the baselines', () => {
    const hidden = budgetChart(sources, view).entries.map(({ key }) => key);
    expect(named(sources, { hidden })).toEqual(['Random false', 'Random true']);
    expect(budgetChart(sources, { ...view, hidden }).entries).toHaveLength(7);
  });

  it('keeps axis, colours and marks of curves when others are hidden', () => {
    const { entries, chart } = budgetChart(sources, view);
    const { key } = entries[2];
    const fewer = budgetChart(sources, { ...view, hidden: [entries[0].key, key] });
    expect(fewer.chart.axis).toBe(chart.axis);
    const look = (of: typeof chart, name: string) =>
      stylesOf(of, themeOf('light'), 46)[of.series.findIndex((series) => series.name === name)];
    expect(look(fewer.chart, 'BADGE')).toEqual(look(chart, 'BADGE'));
  });

  it('gives a strategy the same colour whatever it is compared with, and random always grey', () => {
    const colourOf = (strategies: readonly string[], name: string) => {
      const benchmarks = [{ name: 'one', report: report(strategies) }];
      const { chart } = budgetChart({ ...sources, results: [], benchmarks }, { ...view, benchmarks: ['one'] });
      const at = chart.series.findIndex((series) => series.name === name);
      return stylesOf(chart, themeOf('light'), 46)[at].colour;
    };
    const tcm = colourOf(['random', 'tcm'], 'TCM');
    expect(colourOf(['badge', 'margin', 'tcm', 'random'], 'TCM')).toBe(tcm);
    expect(colourOf(['tcm-until-35-then-margin', 'random'], 'TCM until 35, then Margin')).toBe(tcm);
    expect(colourOf(['margin', 'random'], 'Margin')).not.toBe(tcm);
    expect(colourOf(['random', 'tcm'], 'Random')).toBe(themeOf('light').baseline);
  });

  it('tells the curves of several benchmarks apart', () => {
    const both = { benchmarks: ['new', 'old'] };
    expect(named(sources, both)).toContain('Random (new) true');
    expect(named(sources, both)).toContain('MaxHerding (old) false');
    const { chart } = budgetChart(sources, { ...view, ...both });
    const looks = stylesOf(chart, themeOf('light'), 46);
    const strategies = chart.series.flatMap(({ role, pretrained }, i) => (role || !pretrained ? [] : [looks[i]]));
    expect(new Set(strategies.map(({ dash, marker }) => `${dash} ${marker}`)).size).toBe(4);
    expect(new Set(looks.map(({ colour }) => colour)).size).toBe(1 + 3 + 1); // run, three strategies, random
  });

  it("draws the recall of a class with its spread, and every class' recall of one curve", () => {
    const { chart } = budgetChart(sources, { ...view, metric: 'recall:happy' });
    const at = cold.dataset.classes.indexOf('happy');
    const [, random] = chart.series;
    expect(random.points[0].mean).toBeCloseTo(cold.summary[0].points[0].meanPerClassRecall[at] ?? -1, 12);
    expect(random.points[0]).toMatchObject({ n: 3, sd: expect.any(Number) });

    const choices = curveChoices(sources, view);
    expect(choices.map(({ name }) => name).slice(0, 3)).toEqual([
      'this run',
      'Random, no pre-training',
      'MaxHerding, no pre-training',
    ]);
    const every = budgetChart(sources, { ...view, metric: 'recalls', of: choices[2].key });
    expect(every.chart.series.map(({ name }) => name)).toEqual(cold.dataset.classes);
    expect(every.chart.title).toBe('Faces: recall of each class by number of labels, MaxHerding, no pre-training');
    const gone = budgetChart(sources, { ...view, metric: 'recalls', of: 'gone' });
    expect(gone.chart.title).toContain('this run');
  });

  it('says what makes curves less comparable than they look', () => {
    expect(comparisonNotes(sources, view)).toEqual([]);
    const estimated = { ...sources, results: results([20, 40], { estimate: true }) };
    expect(comparisonNotes(estimated, view)).toHaveLength(1);
    const other = { ...cold, dataset: { ...cold.dataset, digest: 'b'.repeat(64) } };
    const changed = { ...sources, benchmarks: [{ name: 'new', report: other }] };
    expect(comparisonNotes(changed, view)[0]).toContain('the dataset changed');
    expect(comparisonNotes(changed, { ...view, benchmarks: [] })).toEqual([]);
  });
});

describe('reportChart', () => {
  it('draws single seeds of the recall of a class, and no point where it is not defined', () => {
    const cells = cold.cells.map((cell) => ({
      ...cell,
      points: cell.points.map((point) => ({ ...point, perClassRecall: point.perClassRecall.map(() => null) })),
    }));
    const { series } = reportChart({ ...cold, cells }, { metric: 'recall:sad', seeds: true });
    expect(series[0].points).toEqual([]);
    expect(series[0].seeds?.map(({ points }) => points.length)).toEqual([0, 0, 0]);
    expect(reportChart(cold, { metric: 'recall:sad', seeds: true }).series[0].seeds?.[0].points).toHaveLength(7);
  });
});
