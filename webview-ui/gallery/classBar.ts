import { createClassButtons } from '../common/classButtons';
import { element, setAttribute } from '../common/element';
import { toolButton } from '../common/toolButton';
import type { Actions, Part } from './actions';
import type { GalleryModel } from './model';

/** More classes than this are found by typing. */
const MOST = 40;

/** The classes as buttons with their keys, what else answers, and for how many images. */
export function createClassBar(model: GalleryModel, actions: Actions, summary: HTMLElement): Part {
  const { texts } = model.state;
  /** Large, the class of the image is marked. */
  const chosen = () => (model.large && model.current !== undefined ? model.columns.labelOf(model.current) : null);
  const isDisabled = () => model.state.paused !== null || model.view.length === 0;
  const classes = createClassButtons({
    texts,
    most: MOST,
    classes: () => model.state.classes,
    answer: actions.answer,
    add: actions.addClass,
    addsApart: true,
    lookOf: (index) => ({
      isChosen: index === chosen(),
      isPressed: model.large ? index === chosen() : null,
      isDisabled: isDisabled(),
    }),
  });
  const undo = toolButton({ icon: 'undo', label: texts.undo, key: 'Backspace', wide: true, press: actions.undo });
  const skip = toolButton({ icon: 'dash', label: texts.skip, key: '0', wide: true, press: () => actions.answer(null) });
  const buttons = element('div', { class: 'buttons', children: [classes.more, skip, undo, classes.add, summary] });
  return {
    root: element('section', { class: 'class-bar', children: [classes.filter, classes.list, buttons] }),
    update() {
      classes.update();
      setAttribute(skip, 'disabled', isDisabled());
      setAttribute(undo, 'disabled', model.state.paused !== null);
    },
  };
}
