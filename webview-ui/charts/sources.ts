import type { ChartView } from '../../src/shared/chart/budgetChart';
import { fill } from '../../src/shared/fill';
import type { ChartsState } from '../../src/shared/protocol/charts';
import { element } from '../common/element';

export interface SourceChoice {
  readonly node: HTMLElement;
  draw(state: ChartsState, view: ChartView): void;
}

/** A box to tick for the user's run and each benchmark; nothing where there is only one of them. */
export function createSourceChoice(change: (change: Partial<ChartView>) => void): SourceChoice {
  const node = element('div', { class: 'sources', attributes: { role: 'group' } });
  let shown = '';
  const box = (text: string, checked: boolean, ticked: (on: boolean) => void): HTMLElement => {
    const made = element('vscode-checkbox', {
      attributes: { checked },
      children: [element('bdi', { text })],
    }) as HTMLElement & { checked: boolean };
    // The toolkit reports its own first state as a change, too.
    let last = checked;
    made.addEventListener('change', () => {
      if (made.checked === last) return;
      last = made.checked;
      ticked(last);
    });
    return made;
  };
  return {
    node,
    draw(state, view) {
      const { texts, benchmarks, results } = state;
      const hasRun = results.length > 0;
      node.hidden = benchmarks.length + (hasRun ? 1 : 0) < 2;
      node.setAttribute('aria-label', texts.sources);
      const names = benchmarks.map(({ name }) => name);
      const made = JSON.stringify([hasRun, names, view.run, view.benchmarks]);
      if (made === shown) return;
      shown = made;
      const focused = [...node.children].indexOf(document.activeElement as HTMLElement);
      node.replaceChildren(
        ...(hasRun ? [box(texts.run, view.run, (run) => change({ run }))] : []),
        ...names.map((name) =>
          box(fill(texts.benchmark, name), view.benchmarks.includes(name), (on) => {
            const chosen = names.filter((other) => (other === name ? on : view.benchmarks.includes(other)));
            change({ benchmarks: chosen });
          }),
        ),
      );
      (node.children[focused] as HTMLElement | undefined)?.focus();
    },
  };
}
