import { fill } from '../../src/shared/fill';
import { element } from '../common/element';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { GalleryModel } from './model';

/** What a person has to know: labelling is paused, answers are not saved, something failed. */
export function createMessages(model: GalleryModel, actions: Actions): Part & { complain(text: string | null): void } {
  const { texts } = model.state;
  const root = element('div', { class: 'messages', attributes: { role: 'alert' } });
  let complaint: string | null = null;
  let shown = '';
  return {
    root,
    complain(text) {
      complaint = text;
    },
    update() {
      const { paused, notices, unsaved, problem } = model.state;
      const lost = Object.values(unsaved);
      const key = JSON.stringify([paused, notices, lost.length, lost[0]?.message, problem, complaint]);
      if (key === shown) return;
      shown = key;
      const lines = [
        ...(paused === null ? [] : [message('error', texts.paused, paused)]),
        ...(lost.length === 0 ? [] : [unsavedLine(model, actions)]),
        ...(complaint === null ? [] : [message('warning', '', complaint)]),
        ...(problem === null || problem === paused ? [] : [message('error', '', problem)]),
        ...notices.map((notice) => message('warning', '', notice)),
      ];
      root.replaceChildren(...lines);
      root.hidden = lines.length === 0;
    },
  };
}

/** How many answers could not be saved, and why the first could not. */
function unsavedLine({ state }: GalleryModel, actions: Actions): HTMLElement {
  const { texts, unsaved } = state;
  const lost = Object.values(unsaved);
  const line = message('error', fill(texts.unsavedCount, lost.length), lost[0]?.message ?? '');
  line.append(button(texts.retry, 'primary', actions.retry), button(texts.discard, 'secondary', actions.discard));
  return line;
}

function message(kind: 'error' | 'warning', title: string, text: string): HTMLElement {
  const parts = [...(title === '' ? [] : [element('strong', { text: title }), ' ']), element('span', { text })];
  return element('div', {
    class: `message message-${kind}`,
    children: [icon('warning'), element('p', { children: parts })],
  });
}

const button = (text: string, appearance: string, press: () => void): HTMLElement =>
  element('vscode-button', { text, attributes: { appearance }, on: { click: press } });
