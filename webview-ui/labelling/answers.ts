import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import type { Suggestion } from '../../src/shared/protocol/labelling';
import { createClassButtons } from '../common/classButtons';
import { element } from '../common/element';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';

/** More classes than this are found by typing. */
const MOST = 60;

/** The classes as buttons with their keys. */
export function createAnswers(
  model: LabellingModel,
  actions: Actions,
  canAnswer: () => boolean,
): Part & { focusFilter(): void; leave(): void } {
  const { texts } = model.state;
  const shown = () => (model.image(model.position) && !model.grid ? model.view(model.position) : null);
  const classes = createClassButtons({
    texts,
    most: MOST,
    key: '/',
    classes: () => model.state.classes,
    answer: actions.answer,
    add: actions.addClass,
    lookOf(index) {
      const isChosen = shown()?.label === model.state.classes[index];
      return { isChosen, isPressed: isChosen, isDisabled: !canAnswer() };
    },
    hint(index, into) {
      const view = shown();
      const suggestion = view && model.suggestionFor(view.id);
      showHint(into, suggestion?.label === model.state.classes[index] ? suggestion : null, texts.suggested);
    },
  });
  const root = element('section', { class: 'answers', children: [classes.filter, classes.list, classes.more] });
  return {
    root,
    focusFilter: classes.focusFilter,
    leave: classes.leave,
    update() {
      root.hidden = model.finished || model.state.images.length === 0;
      classes.update();
    },
  };
}

/** A quiet mark with the probability on the class that the model would give. */
function showHint(hint: HTMLElement, suggestion: Suggestion | null, text: string): void {
  hint.hidden = suggestion === null;
  if (!suggestion) return;
  hint.replaceChildren(
    icon('spark'),
    element('span', { attributes: { 'aria-hidden': 'true' }, text: percent(suggestion.probability, 0) }),
    element('span', { class: 'visually-hidden', text: fill(text, percent(suggestion.probability, 0)) }),
  );
}
