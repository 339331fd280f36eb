import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import type { ImportPageState } from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';
import { type Change, createRadios } from './choices';

/** Less than so much of an image is nothing that anybody would miss. */
const HARDLY = 0.005;

/** How images of another form than most are fitted, where there are such. */
export function createFit(change: Change) {
  const title = element('h2');
  const hint = element('p', { class: 'quiet' });
  const fit = createRadios('fit', ['pad', 'contain', 'cover'], (value) => change({ fit: value }));
  const node = element('section', { class: 'part', children: [title, hint, fit.node] });
  return {
    node,
    draw({ form: { found }, choices, texts }: ImportPageState): void {
      node.hidden = found === null || found.cropping.most < HARDLY || choices.faces;
      if (!found) return;
      const { pad, contain, cover } = texts;
      const { mean, most } = found.cropping;
      setText(title, texts.fit);
      setText(hint, fill(texts.hidden, percent(mean, 0), percent(most, 0)));
      fit.draw(texts.fit, { pad, contain, cover }, choices.fit ?? found.fit);
    },
  };
}
