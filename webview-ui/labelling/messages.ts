import { fill } from '../../src/shared/fill';
import { element } from '../common/element';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';

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
      const still = failed.filter((image) => model.view(model.indexOf(image)!).status === 'unsaved');
      const lines = notices.map((notice) => message('warning', element('span', { text: notice })));
      if (still.length > 0) lines.unshift(unsavedLine(model, actions, still));
      if (paused !== null)
        lines.unshift(message('error', element('strong', { text: texts.paused }), element('span', { text: paused })));
      else if (images.length === 0) lines.push(message('info', element('span', { text: texts.empty })));
      root.replaceChildren(...lines);
      root.hidden = lines.length === 0;
    },
  };
}

/** How many answers could not be saved, and why the one shown could not, or the first. */
function unsavedLine(model: LabellingModel, actions: Actions, images: readonly string[]): HTMLElement {
  const { texts, unsaved } = model.state;
  const here = model.image(model.position)?.id;
  const first = images.find((image) => image === here) ?? images[0] ?? '';
  const line = message(
    'error',
    element('strong', { text: fill(texts.unsavedCount, images.length) }),
    element('span', { text: unsaved[first]?.message ?? '' }),
  );
  line.append(
    button(images.length > 1 ? texts.retryAll : texts.retry, 'primary', () => actions.retry(images)),
    button(images.length > 1 ? texts.discardOne : texts.discard, 'secondary', () => actions.discard(first)),
  );
  return line;
}

function message(kind: 'error' | 'warning' | 'info', ...children: HTMLElement[]): HTMLElement {
  return element('div', {
    class: `message message-${kind}`,
    children: [icon('warning'), element('p', { children: children.flatMap((child) => [child, ' ']) })],
  });
}

const button = (text: string, appearance: string, press: () => void): HTMLElement =>
  element('vscode-button', { text, attributes: { appearance }, on: { click: press } });
