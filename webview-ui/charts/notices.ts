import { type ChartView, comparisonNotes } from '../../src/shared/chart/budgetChart';
import type { ChartsState } from '../../src/shared/protocol/charts';
import { element } from '../common/element';

export interface Notices {
  readonly node: HTMLElement;
  draw(state: ChartsState, view: ChartView): void;
  /** One more, of something that was tried and failed; until the next try. */
  fail(message: string | null): void;
}

/** Damaged files, and what makes curves less comparable than they look. */
export function createNotices(openFile: (file: string) => void): Notices {
  const problems = element('ul', { class: 'problems' });
  const notes = element('ul', { class: 'notes' });
  const failure = element('p', { class: 'failure', attributes: { role: 'alert' } });
  failure.hidden = true;
  return {
    node: element('div', { class: 'notices', children: [failure, problems, notes] }),
    draw(state, view) {
      const { texts } = state;
      problems.hidden = state.problems.length === 0;
      problems.replaceChildren(
        ...state.problems.map(({ file, place, message }) =>
          element('li', {
            children: [
              element('span', { children: [element('bdi', { class: 'file', text: place }), `: ${message}`] }),
              element('button', {
                class: 'link',
                text: texts.openFile,
                attributes: { type: 'button', 'aria-label': `${texts.openFile}: ${place}` },
                on: { click: () => openFile(file) },
              }),
            ],
          }),
        ),
      );
      const lines = comparisonNotes(state, view);
      notes.hidden = lines.length === 0;
      notes.replaceChildren(...lines.map((text) => element('li', { text })));
    },
    fail(message) {
      failure.hidden = message === null;
      failure.textContent = message;
    },
  };
}
