import { fill } from '../../src/shared/fill';
import { element, setText } from '../common/element';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';

/** What stands in the place of the image when every image of the batch has an answer on the disk. */
export function createFinished(model: LabellingModel, actions: Actions): Part & { focus(): void } {
  const { texts } = model.state;
  const title = element('h2', { text: texts.doneTitle, attributes: { tabindex: -1 } });
  const summary = element('p', { class: 'done-summary' });
  const button = (text: string, appearance: string, press: () => void) =>
    element('vscode-button', { text, attributes: { appearance }, on: { click: press } });
  const root = element('section', {
    class: 'finished',
    children: [
      element('div', { class: 'done-mark', children: [icon('check')] }),
      title,
      summary,
      element('p', { class: 'done-note', text: texts.donePartly }),
      element('div', {
        class: 'done-buttons',
        children: [
          button(texts.trainNext, 'primary', actions.runRound),
          button(texts.showAccuracy, 'secondary', actions.showChart),
          button(texts.review, 'secondary', () => actions.goTo(0)),
        ],
      }),
    ],
  });
  return {
    root,
    focus: () => title.focus({ preventScroll: true }),
    update() {
      root.hidden = !model.finished;
      const { labelled, skipped, flagged } = model.counts();
      setText(summary, fill(texts.doneSummary, labelled, skipped, flagged));
    },
  };
}
