import { fill } from '../../src/shared/fill';
import { element, setAttribute, setText } from '../common/element';
import { nameOfButton, toolButton } from '../common/toolButton';
import type { Actions, Part } from './actions';
import { isReview } from './filter';
import type { GalleryModel } from './model';

/** The predictions that nobody has looked over, by class, and what accepts them. */
export function createReviewBar(model: GalleryModel, actions: Actions): Part {
  const { texts } = model.state;
  const groups = element('div', {
    class: 'review-groups',
    attributes: { role: 'group', 'aria-label': texts.filterReview },
  });
  const accept = toolButton({
    icon: 'check',
    label: texts.accept,
    key: 'Ctrl Enter',
    wide: true,
    press: () => actions.answer(undefined),
  });
  const all = toolButton({ icon: 'grid', label: texts.selectAll, key: 'Ctrl A', wide: true, press: actions.selectAll });
  const root = element('section', {
    class: 'review-bar',
    children: [groups, element('div', { class: 'buttons', children: [accept, all] })],
  });
  const buttons = new Map<string, HTMLElement>();

  const button = (filter: string): HTMLElement => {
    const known = buttons.get(filter);
    if (known) return known;
    const made = element('vscode-button', { class: 'review-group', on: { click: () => actions.show({ filter }) } });
    buttons.set(filter, made);
    return made;
  };

  const show = (filter: string, text: string): HTMLElement => {
    const one = button(filter);
    setText(one, text);
    setAttribute(one, 'appearance', model.filter === filter ? 'primary' : 'secondary');
    setAttribute(one, 'aria-pressed', String(model.filter === filter));
    return one;
  };

  return {
    root,
    update() {
      root.hidden = !isReview(model.filter);
      if (root.hidden) return;
      const { classes } = model.state;
      const counts = model.toReview();
      const shown = [
        show(
          'review',
          fill(
            texts.reviewGroup,
            texts.reviewAll,
            counts.reduce((sum, n) => sum + n, 0),
          ),
        ),
        ...classes.flatMap((name, c) =>
          (counts[c] ?? 0) > 0 || model.filter === `review:${name}`
            ? [show(`review:${name}`, fill(texts.reviewGroup, name, counts[c] ?? 0))]
            : [],
        ),
      ];
      if (shown.length !== groups.children.length || shown.some((one, i) => groups.children[i] !== one))
        groups.replaceChildren(...shown);
      const { size } = model.selection;
      const name = size > 1 ? fill(texts.acceptMany, size) : texts.accept;
      setText(accept.querySelector('span:not([slot])') ?? accept, name);
      setAttribute(accept, 'aria-label', nameOfButton(name, 'Ctrl Enter'));
      setAttribute(accept, 'title', name);
      const disabled = model.state.paused !== null || model.view.length === 0;
      setAttribute(accept, 'disabled', disabled);
      setAttribute(all, 'disabled', model.view.length === 0);
    },
  };
}
