import { budgetsOf, type CurveChart } from './curve';
import { commonPretraining, describeEstimates, describeSpread } from './describe';

/** What lines, bands, rings, bars, short names and the axis are. */
export function notesOf(chart: CurveChart): string {
  const budgets = budgetsOf(chart);
  const isLogarithmic = chart.axis === 'log' && (budgets[0] ?? 0) > 0 && budgets.length > 1;
  const axis = isLogarithmic ? 'Logarithmic axis of labels.' : '';
  const explanations = chart.explanations ?? [];
  return [describeSpread(chart), describeEstimates(chart), commonPretraining(chart), ...explanations, axis]
    .filter(Boolean)
    .join(' ');
}
