import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { CurveChart } from '../../../../src/shared/chart/curve';
import { curveCsv, curveTable } from '../../../../src/shared/chart/table';
import { empty, hostile, one } from './charts';

const chart: CurveChart = {
  title: 'Faces',
  metric: 'accuracy',
  axis: 'linear',
  poolSize: 1000,
  references: [{ name: 'all labels', value: 0.5 }],
  series: [
    {
      name: 'maxHerding',
      pretrained: true,
      points: [
        { labelled: 200, mean: 0.4272, sd: 0.012, n: 2 },
        { labelled: 100, mean: 0.4, sd: 0.0049, n: 3 },
      ],
    },
    { name: 'random', pretrained: false, role: 'baseline', points: [{ labelled: 100, mean: 0.3, sd: null, n: 1 }] },
  ],
};

describe('curveTable', () => {
  it('has a row for each series and a column for each budget', () => {
    expect(curveTable(chart)).toEqual({
      caption: 'Faces: accuracy in % by number of labels, mean ± standard deviation over 3 seeds',
      header: ['Strategy', 'Pre-training', '100 (10 %)', '200 (20 %)'],
      rows: [
        ['maxHerding', 'yes', '40.0 ± 0.5', '42.7 ± 1.2 (n=2)'],
        ['random', 'no', '30.0 (n=1)', '–'],
        ['all labels', '', '50.0', '50.0'],
      ],
    });
  });

  it('leaves pre-training and seeds out where they are no question', () => {
    expect(curveTable(one)).toEqual({
      caption: 'My faces: accuracy in % by number of labels',
      header: ['Strategy', '20 (1.7 %)'],
      rows: [['this run', '31.0']],
    });
    expect(curveTable(empty).rows).toEqual([]);
  });
});

describe('curveCsv', () => {
  it('gives every point with all its numbers', () => {
    expect(parse(curveCsv(chart), { columns: true })).toEqual([
      {
        series: 'maxHerding',
        pretrained: 'true',
        labelled: '100',
        pool_share: '0.1',
        mean: '0.4',
        sd: '0.0049',
        low: String(0.4 - 0.0049),
        high: String(0.4 + 0.0049),
        n: '3',
        estimate: 'false',
      },
      {
        series: 'maxHerding',
        pretrained: 'true',
        labelled: '200',
        pool_share: '0.2',
        mean: '0.4272',
        sd: '0.012',
        low: String(0.4272 - 0.012),
        high: String(0.4272 + 0.012),
        n: '2',
        estimate: 'false',
      },
      {
        series: 'random',
        pretrained: 'false',
        labelled: '100',
        pool_share: '0.1',
        mean: '0.3',
        sd: '',
        low: '',
        high: '',
        n: '1',
        estimate: 'false',
      },
    ]);
  });

  it('quotes names so that they come back unchanged', () => {
    const names = (parse(curveCsv(hostile), { columns: true }) as { series: string }[]).map((line) => line.series);
    expect([...new Set(names)]).toEqual(
      hostile.series
        .filter((series) => series.points.length > 0)
        .map((series) => series.name.replace('\ud800', '\ufffd')), // a lone surrogate has no bytes,
    );
  });
});
