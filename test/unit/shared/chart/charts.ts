import type { CurveChart, CurveSeries } from '../../../../src/shared/chart/curve';

/** Curves for tests: rising with the logarithm of the labels, made of whole numbers so that they read well. */
export function rising(
  name: string,
  start: number,
  gain: number,
  budgets: readonly number[],
  more: Partial<CurveSeries> = {},
): CurveSeries {
  const points = budgets.map((labelled, i) => ({
    labelled,
    mean: Number((start + gain * Math.log2(labelled / budgets[0])).toFixed(4)),
    sd: 0.006 + 0.002 * ((i + name.length) % 4),
    n: 3,
  }));
  return { name, ...(name === 'random' ? { role: 'baseline' as const } : {}), points, ...more };
}

const budgets = [350, 700, 1050, 1400, 1750, 2100, 2450];
const both = (name: string, start: number, gain: number): CurveSeries[] => [
  rising(name, start, gain, budgets, { pretrained: true }),
  rising(name, start - 0.065, gain + 0.012, budgets, { pretrained: false }),
];

export const eight: CurveChart = {
  title: 'Sample faces: accuracy by number of labels',
  metric: 'accuracy',
  axis: 'linear',
  poolSize: 7000,
  references: [{ name: 'all labels', value: 0.52 }],
  series: [
    ...both('random', 0.385, 0.033),
    ...both('maxHerding', 0.405, 0.033),
    ...both('typiclust', 0.4, 0.031),
    ...both('badge', 0.382, 0.037),
  ],
};

export const cold: CurveChart = {
  title: 'Cold start',
  metric: 'macro-F1',
  axis: 'log',
  poolSize: 4000,
  series: ['random', 'maxHerding', 'margin'].map((name, i) =>
    rising(name, 0.2 + 0.02 * i, 0.03 - 0.002 * i, [7, 14, 21, 35, 50, 70, 100, 150, 200, 300, 500, 700, 1000]),
  ),
};

export const one: CurveChart = {
  title: 'My faces',
  metric: 'accuracy',
  axis: 'linear',
  poolSize: 1200,
  series: [{ name: 'this run', points: [{ labelled: 20, mean: 0.31, n: 1 }] }],
};

export const empty: CurveChart = { title: 'My faces', metric: 'accuracy', axis: 'linear', series: [] };

export const hostile: CurveChart = {
  title:
    '</title><script>alert(1)</script> "quoted" & a title that is far too long for any picture of reasonable width',
  metric: 'accuracy',
  axis: 'linear',
  poolSize: 28709,
  series: [
    rising('<script>alert("x")</script>', 0.5, 0.03, budgets, { pretrained: true }),
    rising('typiclust, then margin after 200 labels, then whatever comes to mind', 0.48, 0.03, budgets, {
      pretrained: false,
    }),
    rising('بحث عشوائي', 0.46, 0.03, budgets, { pretrained: true }),
    rising('😀👩🏽‍🔬 日本語の名前 \u0000\u001b[31m\ud800', 0.44, 0.03, budgets, { pretrained: true }),
    {
      ...rising('random', 0.42, 0.03, budgets.slice(0, 3), { pretrained: true }),
      seeds: [1, 2].map((seed) => ({
        seed,
        points: budgets.slice(0, 3).map((labelled, i) => ({ labelled, value: 0.41 + 0.02 * i + 0.004 * seed })),
      })),
    },
    { name: 'pending', pretrained: false, points: [] },
  ],
};

export const twelve: CurveChart = {
  title: 'Twelve strategies',
  metric: 'accuracy',
  axis: 'linear',
  series: Array.from({ length: 12 }, (_, i) =>
    rising(`strategy ${i + 1}`, 0.36 + 0.004 * ((i * 5) % 12), 0.03, budgets),
  ),
};
