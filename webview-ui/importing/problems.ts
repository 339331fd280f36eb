import { fill } from '../../src/shared/fill';
import type { ImageProblem } from '../../src/shared/protocol/engine';
import type { ImportPageState } from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';
import { MOST_ROWS } from './choices';

/** What can't be read and why, as far as that is known by now. */
export function createProblems() {
  const title = element('h2');
  const line = element('p', { class: 'line', attributes: { role: 'status' } });
  const list = element('ul', { class: 'problems' });
  const more = element('p', { class: 'quiet' });
  const node = element('section', { class: 'part', children: [title, line, list, more] });
  let drawn = '';
  return {
    node,
    draw({ look, images, texts }: ImportPageState): void {
      const broken = images.found?.broken ?? look.broken;
      setText(title, texts.broken);
      setText(line, lineOf(images, texts));
      line.hidden = line.textContent === '';
      node.hidden = broken.length === 0 && line.hidden;
      more.hidden = broken.length <= MOST_ROWS;
      setText(more, fill(texts.more, broken.length - MOST_ROWS));
      const key = JSON.stringify(broken);
      if (key === drawn) return;
      drawn = key;
      list.replaceChildren(...broken.slice(0, MOST_ROWS).map(problem));
    },
  };
}

function lineOf({ status, message, found, done, total }: ImportPageState['images'], texts: ImportPageState['texts']) {
  if (status === 'failed') return message ?? '';
  if (found) return fill(found.broken.length === 0 ? texts.brokenNone : texts.opened, found.images);
  return status === 'loading' && total > 0 ? fill(texts.opening, done, total) : '';
}

const problem = ({ id, problem: why }: ImageProblem): HTMLElement =>
  element('li', { children: [element('span', { class: 'file', text: id }), `: ${why}`] });
