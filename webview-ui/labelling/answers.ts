import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import type { Suggestion } from '../../src/shared/protocol/labelling';
import { keyOfClass } from '../common/classKeys';
import { element, setAttribute, setText } from '../common/element';
import { fittingClasses } from '../common/fittingClasses';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';

/** More classes than this are found by typing. */
const SHOWN = 60;
/** Names of more letters than this need wider buttons to be told apart. */
const LONG = 28;
/** From here on a field to find classes helps. */
const FILTERED_FROM = 10;

interface ClassButton {
  readonly button: HTMLElement;
  readonly check: SVGElement;
  readonly hint: HTMLElement;
}

/** The classes as buttons with their keys. */
export function createAnswers(
  model: LabellingModel,
  actions: Actions,
  canAnswer: () => boolean,
): Part & { focusFilter(): void; leave(): void } {
  const { texts } = model.state;
  const list = element('div', { class: 'classes', attributes: { role: 'group', 'aria-label': texts.classes } });
  const more = element('p', { class: 'more' });
  const filter = element('vscode-text-field', {
    class: 'filter',
    attributes: { placeholder: texts.filterClasses, 'aria-label': texts.filterClasses, 'aria-keyshortcuts': '/' },
    on: {
      input: () => build(),
      keydown: (event) => {
        if (event.key !== 'Enter') return;
        const [first] = fitting();
        if (first && filter.value.trim() !== '') actions.answer(first.name);
        filter.value = '';
        build();
      },
    },
  }) as HTMLElement & { value: string };
  const root = element('section', { class: 'answers', children: [filter, list, more] });
  const buttons = new Map<number, ClassButton>();
  let built: readonly string[] | null = null;

  const fitting = () => fittingClasses(model.state.classes, filter.value ?? '');

  const build = () => {
    const { classes } = model.state;
    built = classes;
    const all = fitting();
    const shown = all.slice(0, SHOWN);
    buttons.clear();
    for (const { name, index } of shown) buttons.set(index, classButton(name, index, actions));
    list.replaceChildren(...[...buttons.values()].map(({ button }) => button));
    const many = classes.length >= FILTERED_FROM;
    filter.hidden = !many;
    list.classList.toggle('many', many);
    list.classList.toggle('long', Math.max(...classes.map((name) => name.length)) > LONG);
    more.hidden = all.length > 0 && shown.length === all.length;
    setText(more, all.length === 0 ? texts.noClassFits : fill(texts.moreClasses, all.length - shown.length));
    mark();
  };

  const mark = () => {
    const view = model.image(model.position) && !model.grid ? model.view(model.position) : null;
    const suggestion = view && suggestionFor(model, view.id);
    for (const [index, { button, check, hint }] of buttons) {
      const label = model.state.classes[index];
      const chosen = view?.label === label;
      setAttribute(button, 'appearance', chosen ? 'primary' : 'secondary');
      setAttribute(button, 'aria-pressed', String(chosen));
      setAttribute(button, 'disabled', !canAnswer());
      check.toggleAttribute('hidden', !chosen);
      showHint(hint, suggestion?.label === label ? suggestion : null, texts.suggested);
    }
  };

  return {
    root,
    focusFilter: () => !filter.hidden && filter.focus(),
    leave: () => {
      if ((filter.value ?? '') === '') return;
      filter.value = '';
      build();
    },
    update() {
      const { classes, images } = model.state;
      root.hidden = model.finished || images.length === 0;
      if (built?.length === classes.length && built.every((name, i) => name === classes[i])) mark();
      else build();
    },
  };
}

/** What the model would answer for an image, where it is asked to say so. */
function suggestionFor({ state }: LabellingModel, image: string): Suggestion | null {
  const { status, items } = state.suggestions;
  return (status === 'on' && Object.hasOwn(items, image) && items[image]) || null;
}

function classButton(name: string, index: number, actions: Actions): ClassButton {
  const key = keyOfClass(index);
  const check = icon('check', 'chosen');
  const hint = element('span', { class: 'hint' });
  const button = element('vscode-button', {
    class: 'class',
    attributes: { appearance: 'secondary', title: name, 'aria-keyshortcuts': key, 'data-class': index },
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
      element('span', { class: 'marks', attributes: { slot: 'end' }, children: [hint, check] }),
    ],
  });
  return { button, check, hint };
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
