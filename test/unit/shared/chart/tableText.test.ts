import { describe, expect, it } from 'vitest';
import type { CurveChart } from '../../../../src/shared/chart/curve';
import { curveLatex, curveMarkdown } from '../../../../src/shared/chart/tableText';

const chart: CurveChart = {
  title: 'Faces & 100 %_{x}',
  metric: 'accuracy',
  axis: 'linear',
  series: [
    { name: 'TCM', points: [{ labelled: 20, mean: 0.412, sd: 0.008, n: 3 }] },
    { name: 'a|b\\input{x}~^', points: [{ labelled: 40, mean: 0.5, n: 1, estimate: true }] },
  ],
};

describe('the table of a chart', () => {
  it('can be set by LaTeX, and names in it do nothing', () => {
    expect(curveLatex(chart).split('\n')).toEqual([
      '% \\usepackage{booktabs}',
      '\\begin{table}',
      '  \\centering',
      '  \\caption{Faces \\& 100 \\%\\_\\{x\\}: accuracy in \\% by number of labels, mean $\\pm$ standard deviation over 3 seeds}',
      '  \\begin{tabular}{lrr}',
      '    \\toprule',
      '    Strategy & 20 & 40 \\\\',
      '    \\midrule',
      '    TCM & 41.2 $\\pm$ 0.8 & -- \\\\',
      '    a|b\\textbackslash{}input\\{x\\}\\textasciitilde{}\\textasciicircum{} & -- & 50.0 (n=1) (estimated) \\\\',
      '    \\bottomrule',
      '  \\end{tabular}',
      '\\end{table}',
      '',
    ]);
  });

  it('is a table of Markdown, and names in it stay text', () => {
    expect(curveMarkdown(chart).split('\n').slice(2)).toEqual([
      '| Strategy | 20 | 40 |',
      '| --- | ---: | ---: |',
      '| TCM | 41.2 ± 0.8 | – |',
      '| a\\|b\\\\input{x}\\~^ | – | 50.0 (n=1) (estimated) |',
      '',
    ]);
  });
});
