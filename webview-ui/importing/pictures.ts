import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import type { FormLook } from '../../src/shared/protocol/engine';
import type { ImportPageState } from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';
import { type Change, createRadios } from './choices';

/** Less than so much of an image is nothing that anybody would miss. */
const HARDLY = 0.005;

/** Some images as the model gets them, and how they are fitted where they are of different forms. */
export function createPictures(change: Change) {
  const title = element('h2');
  const line = element('p', { class: 'line' });
  const list = element('ul', { class: 'pictures' });
  const hidden = element('p', { class: 'quiet' });
  const fit = createRadios('fit', ['pad', 'contain', 'cover'], (value) => change({ fit: value }));
  const node = element('section', { class: 'part', children: [title, line, list, fit.node, hidden] });
  let drawn = '';
  return {
    node,
    draw({ form, choices, texts }: ImportPageState): void {
      const { found, status, message } = form;
      setText(title, choices.faces ? texts.photos : texts.pictures);
      setText(line, status === 'failed' ? (message ?? '') : found ? sizeOf(found, texts) : texts.looking);
      line.hidden = choices.faces && found !== null;
      const isLost = found !== null && found.cropping.most > HARDLY && !choices.faces;
      fit.node.hidden = hidden.hidden = !isLost;
      if (found) {
        const { pad, contain, cover } = texts;
        fit.draw(texts.fit, { pad, contain, cover }, choices.fit ?? found.fit);
        const { mean, most } = found.cropping;
        setText(hidden, fill(texts.hidden, percent(mean, 0), percent(most, 0)));
      }
      const key = JSON.stringify(found?.pictures ?? []);
      if (key === drawn) return;
      drawn = key;
      list.replaceChildren(...(found?.pictures ?? []).map(picture));
    },
  };
}

const sizeOf = ({ width, height, channels }: FormLook, texts: ImportPageState['texts']): string =>
  fill(channels === 1 ? texts.grey : texts.colour, width, height);

function picture({ id, data }: FormLook['pictures'][number]): HTMLElement {
  const attributes = { src: `data:image/webp;base64,${data}`, alt: id, title: id, draggable: 'false' };
  return element('li', { children: [element('img', { class: 'picture', attributes })] });
}
