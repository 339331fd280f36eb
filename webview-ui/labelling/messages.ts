import { element } from '../common/element';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';
import { fill } from './texts';

/** What a person has to know: labelling is paused, answers are not saved, another file is damaged. */
export function createMessages(model: LabellingModel, actions: Actions): Part {
  const { texts } = model.state;
  const root = element('div', { class: 'messages', attributes: { role: 'alert' } });
  let shown = '';
  return {
    root,
    update() {
      const { paused, notices, unsaved, images } = model.state;
      const here = model.image(model.position);
      const failed = Object.keys(unsaved).filter((image) => model.indexOf(image) !== undefined);
      const key = JSON.stringify([
        paused,
        notices,
        here?.id,
        unsaved,
        images.length,
        failed.map((id) => model.view(model.indexOf(id)!).status),
      ]);
      if (key === shown) return;
      shown = key;
      root.replaceChildren();
      if (paused !== null)
        root.append(message('error', element('strong', { text: texts.paused }), element('span', { text: paused })));
      const still = failed.filter((image) => model.view(model.indexOf(image)!).status === 'unsaved');
      const [first] = here && still.includes(here.id) ? [here.id] : still;
      if (first !== undefined) {
        const line = message(
          'error',
          element('strong', { text: fill(texts.unsavedCount, still.length) }),
          element('span', { text: unsaved[first]?.message ?? '' }),
        );
        line.append(
          button(still.length > 1 ? texts.retryAll : texts.retry, 'primary', () => actions.retry(still)),
          button(still.length > 1 ? texts.discardOne : texts.discard, 'secondary', () => actions.discard(first)),
        );
        root.append(line);
      }
      for (const notice of notices) root.append(message('warning', element('span', { text: notice })));
      if (images.length === 0 && paused === null) root.append(message('info', element('span', { text: texts.empty })));
      root.hidden = root.childElementCount === 0;
    },
  };
}

function message(kind: 'error' | 'warning' | 'info', ...children: HTMLElement[]): HTMLElement {
  return element('div', {
    class: `message message-${kind}`,
    children: [icon('warning'), element('p', { children: children.flatMap((child) => [child, ' ']) })],
  });
}

const button = (text: string, appearance: string, press: () => void): HTMLElement =>
  element('vscode-button', { text, attributes: { appearance }, on: { click: press } });
