import { fill } from '../../src/shared/fill';
import { ADD_CLASS_KEY, keyOfClass } from './classKeys';
import { element, setAttribute, setText } from './element';
import { fittingClasses } from './fittingClasses';
import { icon } from './icons';
import { toolButton } from './toolButton';

/** Names of more letters than this need wider buttons to be told apart. */
const LONG = 28;
/** From here on a field to find classes helps. */
const FILTERED_FROM = 10;

/** How the button of a class stands. */
export interface ClassLook {
  readonly isChosen: boolean;
  /** Whether buttons are pressed or not at all; null where they are given to many images. */
  readonly isPressed: boolean | null;
  readonly isDisabled: boolean;
}

interface ClassButton {
  readonly root: HTMLElement;
  readonly check: SVGElement;
  readonly hint: HTMLElement;
}

export interface ClassButtonsParts {
  readonly texts: Readonly<Record<'classes' | 'filterClasses' | 'moreClasses' | 'noClassFits' | 'addClass', string>>;
  /** More classes than this are found by typing. */
  readonly most: number;
  /** Key that leads to the field which finds classes. */
  readonly key?: string;
  classes(): readonly string[];
  answer(name: string): void;
  /** Leads to one more class. */
  add(): void;
  /** Whether the button for that stands elsewhere, because the list's columns are narrow. */
  readonly addsApart?: boolean;
  lookOf(index: number): ClassLook;
  /** Puts what else is said of a class into its button. */
  hint?(index: number, into: HTMLElement): void;
}

/** The classes as buttons with their keys, and a field to find one of many. */
export function createClassButtons({ texts, most, key, classes, answer, lookOf, hint, ...rest }: ClassButtonsParts) {
  const list = element('div', { class: 'classes', attributes: { role: 'group', 'aria-label': texts.classes } });
  const more = element('span', { class: 'more' });
  const filter = element('vscode-text-field', {
    class: 'filter',
    attributes: {
      placeholder: texts.filterClasses,
      'aria-label': texts.filterClasses,
      'aria-keyshortcuts': key ?? null,
    },
    on: {
      input: () => build(),
      keydown: (event) => {
        if (event.key !== 'Enter') return;
        const [first] = fitting();
        if (first && typed().trim() !== '') answer(first.name);
        filter.value = '';
        build();
      },
    },
  }) as HTMLElement & { value: string };
  const add = toolButton({ icon: 'add', label: texts.addClass, key: ADD_CLASS_KEY, wide: true, press: rest.add });
  const buttons = new Map<number, ClassButton>();
  let built: readonly string[] | null = null;

  const typed = () => filter.value ?? '';
  const fitting = () => fittingClasses(classes(), typed());

  const build = () => {
    built = classes();
    const all = fitting();
    const shown = all.slice(0, most);
    buttons.clear();
    for (const { name, index } of shown) buttons.set(index, classButton(name, index, answer));
    list.replaceChildren(...[...buttons.values()].map(({ root }) => root), ...(rest.addsApart ? [] : [add]));
    const isMany = built.length >= FILTERED_FROM;
    filter.hidden = !isMany;
    list.classList.toggle('many', isMany);
    list.classList.toggle('long', Math.max(...built.map((name) => name.length)) > LONG);
    // the toolkit writes its own first look over what was set before a button was part of the document
    requestAnimationFrame(mark);
    more.hidden = built.length === 0 || (all.length > 0 && shown.length === all.length);
    setText(more, all.length === 0 ? texts.noClassFits : fill(texts.moreClasses, all.length - shown.length));
    mark();
  };

  const mark = () => {
    for (const [index, { root, check, hint: into }] of buttons) {
      const { isChosen, isPressed, isDisabled } = lookOf(index);
      setAttribute(root, 'appearance', isChosen ? 'primary' : 'secondary');
      setAttribute(root, 'aria-pressed', isPressed === null ? null : String(isPressed));
      setAttribute(root, 'disabled', isDisabled);
      check.toggleAttribute('hidden', !isChosen);
      hint?.(index, into);
    }
  };

  return {
    list,
    more,
    filter,
    add,
    focusFilter: () => !filter.hidden && filter.focus(),
    /** Shows all classes again. */
    leave() {
      if (typed() === '') return;
      filter.value = '';
      build();
    },
    update() {
      const now = classes();
      if (built?.length === now.length && built.every((name, i) => name === now[i])) mark();
      else build();
    },
  };
}

function classButton(name: string, index: number, answer: (name: string) => void): ClassButton {
  const key = keyOfClass(index);
  const check = icon('check', 'chosen');
  const hint = element('span', { class: 'hint', attributes: { hidden: true } });
  const root = element('vscode-button', {
    class: 'class',
    attributes: { appearance: 'secondary', title: name, 'aria-keyshortcuts': key, 'data-class': index },
    on: { click: () => answer(name) },
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
  return { root, check, hint };
}
