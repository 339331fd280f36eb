import '../common/noEval';
import '../common/base.css';
import './charts.css';
import { seriesLabel } from '../../src/shared/chart/announce';
import { type BudgetChart, budgetChart, type ChartView, defaultView } from '../../src/shared/chart/budgetChart';
import { chartStyleSheet } from '../../src/shared/chart/theme';
import { fill } from '../../src/shared/fill';
import { chartMessages } from '../../src/shared/protocol/chartMessages';
import type { ChartMethods, ChartsState, ExportFormat, KeptCharts } from '../../src/shared/protocol/charts';
import { createAnnouncer } from '../common/announcer';
import { element, setText } from '../common/element';
import { connect } from '../common/extensionHost';
import { ready } from '../common/ready';
import { registerToolkit } from '../common/toolkit';
import { dataTable } from './dataTable';
import { emptyState } from './emptyState';
import { createExportChoice } from './exportChoice';
import { exported, type PictureLook, tableTextOf } from './exporting';
import { createLegend } from './legend';
import { createNotices } from './notices';
import { createPlot } from './plot';
import { createSourceChoice } from './sources';
import { createToolbar } from './toolbar';

registerToolkit();
const palette = new CSSStyleSheet();
palette.replaceSync(chartStyleSheet);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, palette];

const host = connect<ChartMethods, ChartsState, KeptCharts>(chartMessages, (next) => {
  state = next;
  draw();
});

let state: ChartsState | null = null;
/** Null as long as the user has chosen nothing: then new curves appear by themselves. */
let chosen: ChartView | null = host.kept?.view ?? null;
let showsTable = host.kept?.table ?? false;
let content: BudgetChart | null = null;

const announcer = createAnnouncer();
const notices = createNotices((file) => ask(host.request('openFile', { file })));
const exports = createExportChoice({ save: exportChart, copy: copyTable });
const toolbar = createToolbar({
  change,
  table: toggleTable,
  report: () => ask(host.request('openReport', {})),
  export: exports.button,
});
const sources = createSourceChoice(change);
const plot = createPlot({ budget: (labelled) => legend.showValues(labelled), say: announcer.say });
const legend = createLegend({
  point: (series) => plot.emphasise(series),
  showAll: () => change({ hidden: [] }),
  toggleAll(entries, shown) {
    if (!state) return;
    const keys = entries.map(({ key }) => key);
    const others = viewOf(state).hidden.filter((key) => !keys.includes(key));
    change({ hidden: shown ? others : [...others, ...keys] });
  },
  toggle(entry) {
    if (!state) return;
    if (entry.locked) return announcer.say(`${seriesLabel(entry.series)}: ${state.texts.locked}`);
    const hidden = viewOf(state).hidden.filter((key) => key !== entry.key);
    change({ hidden: entry.shown ? [...hidden, entry.key] : hidden });
    announcer.say(fill(entry.shown ? state.texts.hidden : state.texts.shown, seriesLabel(entry.series)));
  },
});
const table = element('div', { attributes: { role: 'region', tabindex: 0 } });
const title = element('h1');
const figure = element('div', { class: 'figure', children: [plot.node, legend.node] });
const empty = element('div', { class: 'empty-place' });
document
  .querySelector('main')
  ?.replaceChildren(
    toolbar.node,
    exports.node,
    sources.node,
    notices.node,
    title,
    figure,
    table,
    empty,
    announcer.region,
  );

function viewOf(current: ChartsState): ChartView {
  return chosen ?? defaultView(current, current.benchmark);
}

function change(difference: Partial<ChartView>): void {
  if (!state) return;
  chosen = { ...viewOf(state), ...difference };
  draw();
}

function toggleTable(): void {
  showsTable = !showsTable;
  draw();
}

function draw(): void {
  if (!state) return;
  const view = viewOf(state);
  content = budgetChart(state, view);
  const nothing = emptyState(state, content, {
    runRound: () => ask(host.request('runRound', {})),
    runBenchmark: () => ask(host.request('runBenchmark', {})),
  });
  const hasSources = state.results.length + state.benchmarks.length > 0;
  toolbar.node.hidden = nothing !== null && !hasSources;
  if (toolbar.node.hidden) exports.node.hidden = true;
  exports.draw(state.texts);
  title.hidden = nothing !== null;
  setText(title, content.chart.title);
  figure.hidden = nothing !== null || showsTable;
  table.hidden = nothing !== null;
  empty.hidden = nothing === null;
  empty.replaceChildren(...(nothing ? [nothing] : []));
  toolbar.draw(state, view, content.chart, showsTable);
  sources.draw(state, view);
  notices.draw(state, view);
  table.className = showsTable ? 'table' : 'visually-hidden';
  table.tabIndex = showsTable ? 0 : -1;
  table.setAttribute('aria-label', content.chart.title);
  table.replaceChildren(dataTable(content.chart));
  legend.draw(content, state.texts);
  plot.draw(content.chart, state.texts);
  host.keep({ address: state.address, benchmark: state.benchmark, view: chosen, table: showsTable });
  ready('charts');
}

async function copyTable(format: 'md' | 'tex', name: string): Promise<void> {
  if (!state || !content) return;
  const { texts } = state;
  const copied = host.request('copy', { text: tableTextOf(content.chart, format) });
  await ask(copied.then(() => announcer.say(fill(texts.copied, name))));
}

async function exportChart(format: ExportFormat, look: PictureLook): Promise<void> {
  if (!state || !content) return;
  const { chart } = content;
  await ask(
    exported(chart, format, look)
      .then((file) => host.request('export', { format, name: `${state?.dataset} ${chart.metric}`, content: file }))
      .then(({ file }) => {
        if (file !== null && state) announcer.say(fill(state.texts.exported, file));
      }),
  );
}

/** What fails is said where everybody sees it. */
async function ask(answer: Promise<unknown>): Promise<void> {
  notices.fail(null);
  await answer.catch((error: Error) => notices.fail(error.message));
}
