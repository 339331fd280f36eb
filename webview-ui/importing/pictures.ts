import { fill } from '../../src/shared/fill';
import type { FormLook } from '../../src/shared/protocol/engine';
import type { ImportPageState } from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';

/** Some images as the model gets them. */
export function createPictures() {
  const title = element('h2');
  const line = element('p', { class: 'quiet' });
  const list = element('ul', { class: 'pictures' });
  const node = element('section', { class: 'part', children: [title, list, line] });
  let drawn = '';
  return {
    node,
    draw({ form, choices, texts }: ImportPageState): void {
      const { found, status, message } = form;
      setText(title, choices.faces ? texts.photos : texts.pictures);
      setText(
        line,
        status === 'failed' ? (message ?? '') : found ? sizeOf(found, choices.faces, texts) : texts.looking,
      );
      if (!found && status !== 'failed') return; // those of before stay until there are others
      const key = JSON.stringify(found?.pictures ?? []);
      if (key === drawn) return;
      drawn = key;
      list.replaceChildren(...(found?.pictures ?? []).map(picture));
    },
  };
}

function sizeOf({ width, height, channels }: FormLook, areFaces: boolean, texts: ImportPageState['texts']): string {
  return areFaces ? texts.facesHint : fill(channels === 1 ? texts.grey : texts.colour, width, height);
}

function picture({ id, data }: FormLook['pictures'][number]): HTMLElement {
  const attributes = { src: `data:image/webp;base64,${data}`, alt: id, title: id, draggable: 'false' };
  return element('li', { children: [element('img', { class: 'picture', attributes })] });
}
