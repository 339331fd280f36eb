import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import type { RoundPageState, ShownSuspicion } from '../../src/shared/protocol/round';
import { element, setText } from '../common/element';

/** Labels to look at again, with their pictures. */
export function createSuspicious(heard: { open(image: string | null): void; lookAgain(): void }) {
  const title = element('h2');
  const hint = element('p', { class: 'hint' });
  const status = element('p', { class: 'hint', attributes: { role: 'status' } });
  const list = element('ul', { class: 'pictures' });
  const all = button(() => heard.open(null));
  const again = button(() => heard.lookAgain());
  const node = element('section', {
    class: 'part suspicious',
    children: [title, hint, status, list, element('div', { class: 'buttons', children: [all, again] })],
  });
  let drawn = '';
  return {
    node,
    draw(state: RoundPageState): void {
      const { texts, suspicious, rounds } = state;
      node.hidden = rounds.length === 0 && suspicious.list.length === 0;
      setText(title, texts.suspicious);
      setText(hint, texts.suspiciousHint);
      setText(all, texts.showAll);
      setText(again, texts.suspect);
      setText(status, statusOf(state));
      status.hidden = status.textContent === '';
      all.hidden = suspicious.list.length === 0;
      again.hidden = suspicious.status === 'loading';
      const key = JSON.stringify(suspicious.list);
      if (key === drawn) return;
      drawn = key;
      list.replaceChildren(...suspicious.list.map((one) => card(one, state, () => heard.open(one.image))));
    },
  };
}

function statusOf({ suspicious, texts }: RoundPageState): string {
  const { status, message, list, labels } = suspicious;
  if (status === 'loading') return texts.suspecting;
  if (message !== null) return message;
  return status === 'ready' && list.length === 0 ? fill(texts.suspiciousNone, labels) : '';
}

function card({ label, expected, probability, uri }: ShownSuspicion, { texts }: RoundPageState, open: () => void) {
  const given = fill(texts.labelledAs, label);
  const rather = fill(texts.othersSay, expected, percent(probability, 0));
  const picture =
    uri === null
      ? element('span', { class: 'picture none', text: texts.noPicture })
      : element('img', { class: 'picture', attributes: { src: uri, alt: '', draggable: 'false' } });
  const words = [element('span', { class: 'given', text: given }), element('span', { class: 'rather', text: rather })];
  return element('li', {
    children: [
      element('button', {
        class: 'card',
        attributes: { type: 'button' },
        on: { click: open },
        children: [picture, ...words],
      }),
    ],
  });
}

const button = (press: () => void): HTMLElement =>
  element('vscode-button', { attributes: { appearance: 'secondary' }, on: { click: press } });
