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
  const reason = reasonOf(state, entries.length > 0);
  const offers = state.exists && reason !== 'emptyChoice';
  return element('section', {
    class: 'empty',
    attributes: { 'aria-labelledby': 'empty-title' },
    children: [
      element('h1', { text: texts.emptyTitle, attributes: { id: 'empty-title' } }),
      element('p', { text: texts[reason] }),
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

/** The text that says why nothing is drawn; `chosen`: curves are, but none has a point. */
function reasonOf({ exists, benchmark, benchmarks, results }: ChartsState, chosen: boolean): EmptyText {
  if (!exists) return 'emptyGone';
  if (benchmark !== null && !benchmarks.some(({ name, report }) => name === benchmark && report))
    return 'emptyBenchmark';
  if (results.length === 0 && benchmarks.length === 0) return 'emptyRun';
  if (!chosen) return 'emptyChoice';
  return benchmark === null ? 'emptyTrained' : 'emptyBenchmark';
}

type EmptyText = 'emptyGone' | 'emptyBenchmark' | 'emptyRun' | 'emptyChoice' | 'emptyTrained';
