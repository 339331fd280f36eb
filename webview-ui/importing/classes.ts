import { fill } from '../../src/shared/fill';
import type { CountedImages, FolderLook, SplitImages } from '../../src/shared/protocol/engine';
import { type ClassSource, classSource, type ImportPageState } from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';
import { type Change, createRadios, MOST_ROWS } from './choices';

/** Which folders are classes, or what the classes are otherwise. */
export function createClasses(change: Change, accept: () => void) {
  const title = element('h2');
  const fixed = element('p', { class: 'line' });
  const source = createRadios('classes', ['folders', 'plain', 'later', 'named'], (classes) => {
    change({ classes });
    if (classes === 'named') names.focus();
  });
  const names = element('input', {
    class: 'names',
    attributes: { type: 'text', id: 'names' },
    on: {
      input: () => change({ classes: 'named', names: names.value }),
      keydown: (event) => event.key === 'Enter' && accept(),
    },
  });
  const table = element('div', { class: 'scrolled', attributes: { tabindex: 0 } });
  const node = element('section', { class: 'part', children: [title, fixed, source.node, names, table] });
  let drawn = '';
  return {
    node,
    draw(state: ImportPageState): void {
      const { look, choices, texts } = state;
      const chosen = classSource(look, choices);
      setText(title, texts.classes);
      fixed.hidden = !look.areFixed;
      setText(fixed, fill(texts.fixed, look.layout));
      source.node.hidden = look.areFixed;
      const named = look.classes.length > 0 ? texts.named : texts.namedAlone;
      source.draw(texts.classes, { ...folderTexts(state), later: texts.later, named }, chosen);
      names.hidden = look.areFixed || chosen !== 'named';
      names.setAttribute('aria-label', texts.names);
      names.placeholder = texts.namesExample;
      if (document.activeElement !== names) names.value = choices.names;
      table.hidden = look.classes.length === 0;
      table.setAttribute('aria-label', texts.classes);
      const counted = state.images.found ?? look;
      const key = JSON.stringify([counted.classes, counted.unlabelled, choices.notClasses, chosen]);
      if (key === drawn) return;
      drawn = key;
      drawTable(table, { ...state, counted }, canTick(look, chosen) ? change : null);
    },
  };
}

/** How folders can be classes, if there are any. */
function folderTexts({ look: { classes, numbered }, texts }: ImportPageState): Partial<Record<ClassSource, string>> {
  if (classes.length === 0) return {};
  return numbered
    ? { folders: fill(texts.numbered, numbered.dataset), plain: texts.plain }
    : { folders: texts.folders };
}

/** Whether single folders can be said to be no classes: not those of which a published dataset says what they are. */
const canTick = ({ areFixed, numbered }: FolderLook, chosen: ClassSource): boolean =>
  !areFixed && (chosen === 'plain' || (chosen === 'folders' && numbered === null));

/** What is counted: by names, and once the images have been opened of those that can be read. */
type Shown = Pick<ImportPageState, 'look' | 'choices' | 'texts'> & { readonly counted: CountedImages };

/** Draws the folders; with `change` each can be said to be no class. The place in it is kept. */
function drawTable(into: HTMLElement, { look, counted, choices, texts }: Shown, change: Change | null): void {
  const focused = into.contains(document.activeElement) ? document.activeElement?.getAttribute('data-folder') : null;
  const head = [texts.folder, texts.toLearn, texts.toTest].map((text) =>
    element('th', { class: 'head', text, attributes: { scope: 'col' } }),
  );
  const rows = counted.classes.slice(0, MOST_ROWS).map((one, i) => {
    const meant = classSource(look, choices) === 'folders' ? look.numbered?.names[i] : undefined;
    const text = meant === undefined ? one.name : `${one.name}: ${meant}`;
    const named = change ? tick(one.name, { choices, texts }, change) : element('span', { text });
    return row(element('th', { class: 'name', attributes: { scope: 'row' }, children: [named] }), one);
  });
  const { unlabelled } = counted;
  if (unlabelled.train + unlabelled.test > 0)
    rows.push(row(element('th', { class: 'name', text: texts.noClass, attributes: { scope: 'row' } }), unlabelled));
  const more = counted.classes.length - MOST_ROWS;
  into.replaceChildren(
    element('table', { children: [element('thead', { children: [element('tr', { children: head })] }), body(rows)] }),
    ...(more > 0 ? [element('p', { class: 'quiet', text: fill(texts.more, more) })] : []),
  );
  if (focused !== null) into.querySelector<HTMLElement>(`[data-folder=${CSS.escape(focused ?? '')}]`)?.focus();
}

const body = (rows: readonly HTMLElement[]) => element('tbody', { children: rows });

function row(name: HTMLElement, { train, test }: SplitImages): HTMLElement {
  const figures = [train, test].map((n) => element('td', { class: 'figure', text: n.toLocaleString() }));
  return element('tr', { children: [name, ...figures] });
}

function tick(name: string, { choices, texts }: Pick<ImportPageState, 'choices' | 'texts'>, change: Change) {
  const { notClasses } = choices;
  const input = element('input', {
    attributes: { type: 'checkbox', 'data-folder': name, 'aria-label': fill(texts.isClass, name) },
    on: {
      change: () =>
        change({ notClasses: input.checked ? notClasses.filter((one) => one !== name) : [...notClasses, name] }),
    },
  });
  input.checked = !notClasses.includes(name);
  return element('label', { class: 'choice', children: [input, element('span', { text: name })] });
}
