import type { BudgetChart } from '../../src/shared/chart/budgetChart';
import { drawablePoints } from '../../src/shared/chart/curve';
import type { ChartsState } from '../../src/shared/protocol/charts';
import { element } from '../common/element';

/** What stands in place of the chart, as long as there is nothing to draw: why, and what to do. Null when there is. */
export function emptyState(
  state: ChartsState,
  { entries }: BudgetChart,
  heard: { readonly runRound: () => void; readonly runBenchmark: () => void },
): HTMLElement | null {
  if (entries.some(({ series }) => drawablePoints(series).length > 0)) return null;
  const { texts } = state;
  const nothing = state.results.length === 0 && state.benchmarks.length === 0;
  const reason = !state.exists
    ? texts.emptyGone
    : state.benchmark !== null && !state.benchmarks.some(({ name, report }) => name === state.benchmark && report)
      ? texts.emptyBenchmark
      : nothing
        ? texts.emptyRun
        : entries.length === 0
          ? texts.emptyChoice
          : state.benchmark !== null
            ? texts.emptyBenchmark
            : texts.emptyTrained;
  const offers = state.exists && reason !== texts.emptyChoice;
  return element('section', {
    class: 'empty',
    attributes: { 'aria-labelledby': 'empty-title' },
    children: [
      element('h2', { text: texts.emptyTitle, attributes: { id: 'empty-title' } }),
      element('p', { text: reason }),
      offers
        ? element('div', {
            class: 'buttons',
            children: [
              element('vscode-button', { text: texts.runRound, on: { click: heard.runRound } }),
              element('vscode-button', {
                text: texts.runBenchmark,
                attributes: { appearance: 'secondary' },
                on: { click: heard.runBenchmark },
              }),
            ],
          })
        : null,
    ],
  });
}
