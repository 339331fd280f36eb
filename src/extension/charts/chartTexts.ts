import { l10n } from 'vscode';
import type { ChartTexts } from '../../shared/protocol/charts';

/** The page's texts in the language of the window. {0} stays for the page to fill in. */
export const chartTexts = (): ChartTexts => ({
  metric: l10n.t('Metric'),
  allClasses: l10n.t('Recall of every class'),
  classRecall: l10n.t('Recall of {0}'),
  curve: l10n.t('Of the curve'),
  axis: l10n.t('Label axis'),
  axisAuto: l10n.t('Automatic'),
  axisLinear: l10n.t('Linear'),
  axisLog: l10n.t('Logarithmic'),
  showTable: l10n.t('Show Table'),
  showChart: l10n.t('Show Chart'),
  export: l10n.t('Export'),
  sources: l10n.t('Curves of'),
  run: l10n.t('This run'),
  benchmark: l10n.t('Benchmark {0}'),
  at: l10n.t('At {0}'),
  atEnd: l10n.t('At the end of each curve'),
  showAll: l10n.t('Show All Curves'),
  hideGroup: l10n.t('Hide All'),
  showGroup: l10n.t('Show All'),
  locked: l10n.t('always shown, for comparison'),
  keys: l10n.t(
    'Left and right arrow keys read the points of a curve, up and down go to the next curve, Home and End to its ends, Escape ends reading.',
  ),
  chart: l10n.t('chart'),
  shown: l10n.t('{0} shown'),
  hidden: l10n.t('{0} hidden'),
  exported: l10n.t('Saved as {0}'),
  openFile: l10n.t('Open File'),
  noResults: l10n.t('no results'),
  emptyTitle: l10n.t('No Curve Yet'),
  emptyRun: l10n.t(
    'A point appears here each time Warmstart has trained on your labels. Run Active Round trains and asks for the next images worth labelling.',
  ),
  emptyTrained: l10n.t(
    'There is a trained model, but no figure for it: this dataset has no test images, and too few are labelled to estimate one. Label more and run the next round.',
  ),
  emptyBenchmark: l10n.t('This benchmark has no results yet. They appear here as soon as its first part has finished.'),
  emptyGone: l10n.t(
    'The dataset is no longer there: its dataset.json is gone. Restore it, or import its folder again.',
  ),
  emptyChoice: l10n.t('Nothing is chosen: tick this run or a benchmark above.'),
  runRound: l10n.t('Run Active Round'),
  runBenchmark: l10n.t('Benchmark Strategies'),
});
