import { type ChartView, classNames, curveChoices } from '../../src/shared/chart/budgetChart';
import { budgetsOf, type CurveChart } from '../../src/shared/chart/curve';
import { metricName, overallMetrics, recallOf } from '../../src/shared/chart/metrics';
import { fill } from '../../src/shared/fill';
import type { ChartsState } from '../../src/shared/protocol/charts';
import { element, setText } from '../common/element';
import { createDropdown, type DropdownOption } from './dropdown';

export interface Toolbar {
  readonly node: HTMLElement;
  draw(state: ChartsState, view: ChartView, chart: CurveChart, table: boolean): void;
}

/** What is drawn, chart or table, and export. */
export function createToolbar(heard: {
  readonly change: (change: Partial<ChartView>) => void;
  readonly table: () => void;
  readonly report: () => void;
  /** The button that opens the choice of exports. */
  readonly export: HTMLElement;
}): Toolbar {
  const metric = createDropdown('metric', (value) => heard.change({ metric: value as ChartView['metric'] }));
  const of = createDropdown('of', (value) => heard.change({ of: value }));
  const axis = createDropdown('axis', (value) => heard.change({ axis: value as ChartView['axis'] }));
  const table = element('vscode-button', { attributes: { appearance: 'secondary' }, on: { click: heard.table } });
  const report = element('vscode-button', {
    attributes: { appearance: 'secondary', id: 'open-report' },
    on: { click: heard.report },
  });
  table.id = 'toggle-table';
  return {
    node: element('div', {
      class: 'toolbar',
      children: [
        metric.node,
        of.node,
        axis.node,
        element('div', { class: 'field end', children: [table] }),
        report,
        heard.export,
      ],
    }),
    draw(state, view, chart, tableShown) {
      const { texts } = state;
      metric.set(texts.metric, metricOptions(state), view.metric);
      of.node.hidden = view.metric !== 'recalls';
      const choices = curveChoices(state, view).map(({ key, name }) => ({ value: key, text: name }));
      const chosen = choices.find(({ value }) => value === view.of) ?? choices[0];
      of.set(texts.curve, choices, chosen?.value ?? '');
      axis.node.hidden = tableShown;
      axis.set(texts.axis, axisOptions(state, chart), view.axis);
      setText(table, tableShown ? texts.showChart : texts.showTable);
      setText(report, texts.openReport);
      report.hidden = state.benchmark === null;
    },
  };
}

function metricOptions(state: ChartsState): DropdownOption[] {
  const { texts } = state;
  const classes = classNames(state);
  return [
    ...overallMetrics.map((one) => ({ value: one, text: capitalised(metricName(one)) })),
    ...(classes.length > 0 ? [{ value: 'recalls', text: texts.allClasses }] : []),
    ...classes.map((name) => ({ value: recallOf(name), text: fill(texts.classRecall, name) })),
  ];
}

function axisOptions({ texts }: ChartsState, chart: CurveChart): DropdownOption[] {
  const logarithm = (budgetsOf(chart)[0] ?? 1) > 0;
  return [
    { value: 'auto', text: texts.axisAuto },
    { value: 'linear', text: texts.axisLinear },
    ...(logarithm ? [{ value: 'log', text: texts.axisLog }] : []),
  ];
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
