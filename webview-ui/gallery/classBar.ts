import { fill } from '../../src/shared/fill';
import { keyOfClass } from '../common/classKeys';
import { element, setAttribute, setText } from '../common/element';
import { fittingClasses } from '../common/fittingClasses';
import { icon } from '../common/icons';
import { toolButton } from '../common/toolButton';
import type { Actions, Part } from './actions';
import type { GalleryModel } from './model';

/** More classes than this are found by typing. */
const SHOWN = 40;
/** From here on a field to find classes helps. */
const FILTERED_FROM = 10;

interface ClassButton {
  readonly root: HTMLElement;
  readonly check: SVGElement;
}

/** The classes as buttons with their keys, what else answers, and for how many images. */
export function createClassBar(model: GalleryModel, actions: Actions, summary: HTMLElement): Part {
  const { texts } = model.state;
  const list = element('div', { class: 'classes', attributes: { role: 'group', 'aria-label': texts.classes } });
  const more = element('span', { class: 'more' });
  const filter = element('input', {
    class: 'find',
    attributes: { type: 'search', placeholder: texts.filterClasses, 'aria-label': texts.filterClasses },
    on: {
      input: () => build(),
      keydown: (event) => {
        const [first] = fittingClasses(model.state.classes, filter.value);
        if (event.key !== 'Enter' || !first || filter.value.trim() === '') return;
        actions.answer(first.name);
        filter.value = '';
        build();
      },
    },
  });
  const undo = toolButton({ icon: 'undo', label: texts.undo, key: 'Backspace', wide: true, press: actions.undo });
  const skip = toolButton({ icon: 'dash', label: texts.skip, key: '0', wide: true, press: () => actions.answer(null) });
  const root = element('section', {
    class: 'class-bar',
    children: [filter, list, element('div', { class: 'buttons', children: [more, skip, undo, summary] })],
  });
  const buttons = new Map<number, ClassButton>();
  let built: readonly string[] | null = null;

  const build = () => {
    const { classes } = model.state;
    built = classes;
    const all = fittingClasses(classes, filter.value);
    const shown = all.slice(0, SHOWN);
    buttons.clear();
    for (const { name, index } of shown) buttons.set(index, classButton(name, index, actions));
    list.replaceChildren(...[...buttons.values()].map((button) => button.root));
    filter.hidden = classes.length < FILTERED_FROM;
    more.hidden = all.length > 0 && shown.length === all.length;
    setText(more, all.length === 0 ? texts.noClassFits : fill(texts.moreClasses, all.length - shown.length));
    mark();
  };

  /** Large, the class of the image is marked. */
  const mark = () => {
    const label = model.large && model.current !== undefined ? model.columns.labelOf(model.current) : null;
    const disabled = model.state.paused !== null || model.view.length === 0;
    for (const [index, { root: button, check }] of buttons) {
      setAttribute(button, 'appearance', index === label ? 'primary' : 'secondary');
      setAttribute(button, 'aria-pressed', model.large ? String(index === label) : null);
      setAttribute(button, 'disabled', disabled);
      check.toggleAttribute('hidden', index !== label);
    }
    setAttribute(skip, 'disabled', disabled);
    setAttribute(undo, 'disabled', model.state.paused !== null);
  };

  return {
    root,
    update() {
      const { classes } = model.state;
      if (built?.length === classes.length && built.every((name, i) => name === classes[i])) mark();
      else build();
    },
  };
}

function classButton(name: string, index: number, actions: Actions): ClassButton {
  const key = keyOfClass(index);
  const check = icon('check', 'chosen');
  const root = element('vscode-button', {
    class: 'class',
    attributes: { appearance: 'secondary', title: name, 'aria-keyshortcuts': key },
    on: { click: () => actions.answer(name) },
    children: [
      element('span', {
        class: 'key',
        attributes: { slot: 'start' },
        children: [
          key === null ? null : element('kbd', { text: key.toUpperCase(), attributes: { 'aria-hidden': 'true' } }),
        ],
      }),
      element('bdi', { class: 'class-name', text: name }),
      element('span', { class: 'marks', attributes: { slot: 'end' }, children: [check] }),
    ],
  });
  return { root, check };
}
