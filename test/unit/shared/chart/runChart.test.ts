import { describe, expect, it } from 'vitest';
import { announcePoint, budgetLabel, valueLabel } from '../../../../src/shared/chart/announce';
import type { CurveChart } from '../../../../src/shared/chart/curve';
import { describeResult } from '../../../../src/shared/chart/describe';
import { renderCurveChart } from '../../../../src/shared/chart/render';
import { classesOf, runSeries } from '../../../../src/shared/chart/runChart';
import { curveCsv, curveTable } from '../../../../src/shared/chart/table';
import { results } from '../../../support/chartStates';
import { rising } from './charts';

const classes = ['happy', 'sad'];
const [first, second, third] = results([10, 20, 40], { classes });

describe('runSeries', () => {
  it('has a point for each training, by rising labels whatever the order of the files', () => {
    const series = runSeries([third, first, second], 'accuracy');
    expect(series).toMatchObject({ name: 'this run', role: 'run', pretrained: true });
    expect(series.points.map(({ labelled, n }) => [labelled, n])).toEqual([
      [10, 1],
      [20, 1],
      [40, 1],
    ]);
    expect(series.points[0]).toEqual({ labelled: 10, mean: 0.3, n: 1 });
  });

  it('takes the latest of several trainings on equally many labels', () => {
    const again = { ...second, round: 7, metrics: second.metrics && { ...second.metrics, accuracy: 0.9 } };
    const { points } = runSeries([first, again, second], 'accuracy');
    expect(points.map((point) => point.mean)).toEqual([0.3, 0.9]);
  });

  it('draws other metrics, and the recall of a class by its name', () => {
    const metrics = first.metrics && { ...first.metrics, perClassRecall: [null, 0.25] };
    const one = { ...first, metrics };
    expect(runSeries([one], 'macroF1').points[0].mean).toBeCloseTo(0.26, 12);
    expect(runSeries([one], 'ece').points[0].mean).toBe(0.1);
    expect(runSeries([one], 'recall:sad').points[0].mean).toBe(0.25);
    expect(runSeries([one], 'recall:happy').points).toEqual([]);
    expect(runSeries([one], 'recall:unknown').points).toEqual([]);
  });

  it('leaves out trainings without figures, and marks estimates', () => {
    const series = runSeries(
      [
        { ...first, metrics: null },
        { ...second, estimate: true },
      ],
      'accuracy',
    );
    const interval = { low: expect.closeTo(0.325, 3), high: expect.closeTo(0.396, 3) }; // 252 of 700
    expect(series.points).toEqual([{ labelled: 20, mean: expect.closeTo(0.36, 12), n: 1, estimate: true, interval }]);
  });

  it('is neither pre-trained nor not when it changed on the way', () => {
    const without = { ...first, encoder: { ...first.encoder, pretrained: false } };
    expect(runSeries([without, second], 'accuracy').pretrained).toBeUndefined();
    expect(runSeries([without], 'accuracy').pretrained).toBe(false);
  });

  it('names an encoder that others trained, and says nothing of pre-training then', () => {
    const through = (descriptor: string) => ({
      ...first,
      encoder: { ...first.encoder, pretrained: false, descriptor },
    });
    for (const [descriptor, name] of [
      ['faces', 'this run (faces)'],
      ['external:dino', 'this run (dino)'],
      ['faces+hog', 'this run (faces + HOG)'],
    ]) {
      const series = runSeries([through(descriptor)], 'accuracy');
      expect(series).toMatchObject({ name });
      expect(series.pretrained).toBeUndefined();
    }
    expect(runSeries([through('hog')], 'accuracy')).toMatchObject({ name: 'this run', pretrained: false });
    const changed = runSeries([through('faces'), { ...second, encoder: through('general').encoder }], 'accuracy');
    expect(changed.name).toBe('this run');
    expect(changed.pretrained).toBeUndefined();
  });

  it('knows the classes in the order of a class list', () => {
    const [last] = results([10], { classes: ['10', '9', 'angry', 'Zorn'] });
    expect(classesOf([first, last])).toEqual(['10', '9', 'Zorn', 'angry']);
    expect(classesOf([])).toEqual([]);
  });
});

describe('estimates', () => {
  const chart: CurveChart = {
    title: 'Faces',
    metric: 'accuracy',
    axis: 'linear',
    poolSize: 1000,
    series: [
      runSeries([{ ...first, estimate: true }], 'accuracy'),
      rising('random', 0.2, 0.1, [10, 40], { pretrained: true }),
    ],
  };

  it('are ringed, explained, and marked in table and CSV', () => {
    const svg = renderCurveChart(chart);
    expect(svg.match(/<circle class="estimate"/g)).toHaveLength(1);
    expect(svg).toContain('Rings: estimated by cross-validation on the labelled images. Bars: 95 % intervals');
    expect(svg.match(/<path class="interval"/g)).toHaveLength(1);
    expect(svg).toContain('>≈ 30.0 %</text>');
    expect(renderCurveChart({ ...chart, series: chart.series.slice(1) })).not.toMatch(/estimate|≈/);
    expect(curveTable(chart).rows[0]).toEqual(['this run', 'yes', '30.0 [26.7, 33.5] (estimated)', '–']);
    expect(curveCsv(chart).split('\r\n')[1]).toMatch(/^this run,true,10,0\.01,0\.3,,0\.267\d+,0\.33496\d*,1,true$/);
  });

  it('does not let the run hide how many seeds the others have', () => {
    expect(renderCurveChart(chart)).toContain('Lines: mean of 3 seeds.');
  });

  it('are named in the sentence, also where the run has not come as far as the others', () => {
    expect(describeResult(chart)).toBe(
      'With pre-training, random reaches 40.0 % at 40 labels; this run with pre-training 30.0 % (estimated) at 10 labels.',
    );
  });
});

describe('what is read out', () => {
  const chart: CurveChart = { title: '', metric: 'accuracy', axis: 'linear', poolSize: 7000, series: [] };
  it.each([
    [
      { name: 'maxHerding', pretrained: true, points: [] },
      { labelled: 35, mean: 0.412, n: 1 },
      'maxHerding, pre-trained: 35 labels, accuracy 41.2 %',
    ],
    [
      { name: 'random', pretrained: false, points: [] },
      { labelled: 1, mean: 0.1, sd: 0.0082, n: 3 },
      'random, no pre-training: 1 label, accuracy 10.0 %, plus or minus 0.8, 3 seeds',
    ],
    [
      { name: 'this run', points: [] },
      { labelled: 2450, mean: 0.5, n: 1, estimate: true },
      'this run: 2,450 labels, accuracy 50.0 %, estimated',
    ],
  ])('is series, labels, value', (series, point, text) => {
    expect(announcePoint(chart, series, point)).toBe(text);
  });

  it('is short in the legend', () => {
    expect(budgetLabel(chart, 35)).toBe('35 labels (0.50 % of the pool)');
    expect(valueLabel({ labelled: 1, mean: 0.412, sd: 0.008, n: 3 })).toBe('41.2 ± 0.8 %');
    expect(valueLabel({ labelled: 1, mean: 0.412, n: 1, estimate: true })).toBe('≈ 41.2 %');
  });
});
