import { fill } from '../../src/shared/fill';
import type { FolderLook, PartsChoice } from '../../src/shared/protocol/engine';
import type { ImportPageState } from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';
import { type Change, MOST_ROWS } from './choices';

type Part = FolderLook['folders'][number]['part'];

/** Which folders are there to learn from, and which to test on. */
export function createParts(change: Change) {
  const title = element('h2');
  const hint = element('p', { class: 'quiet' });
  const said = element('p', { class: 'line' });
  const summary = element('summary');
  const list = element('div', { class: 'folders' });
  const details = element('details', { children: [summary, list] });
  const node = element('section', { class: 'part', children: [title, said, hint, details] });
  let drawn = '';
  let isOpened = false;
  return {
    node,
    draw({ look, doubtful, choices, texts }: ImportPageState): void {
      node.hidden = look.folders.length === 0;
      setText(title, texts.parts);
      setText(hint, texts.partsHint);
      setText(summary, texts.partsChange);
      const named = look.folders.filter(({ part }) => part !== null);
      setText(said, named.length === 0 ? texts.partsNone : '');
      said.hidden = said.textContent === '';
      if (!isOpened && (named.length > 0 || doubtful.length > 0)) details.open = true;
      isOpened = true;
      const key = JSON.stringify([look.folders, choices.parts]);
      if (key === drawn) return;
      drawn = key;
      drawFolders(list, { look, choices, texts }, change);
    },
  };
}

type Shown = Pick<ImportPageState, 'look' | 'choices' | 'texts'>;

/** What folders are for by a person's choice, also while the folder is being read again. */
function chosenParts({ folders }: FolderLook, parts: PartsChoice | null): FolderLook['folders'] {
  if (!parts) return folders;
  const { train, test } = parts;
  const partOf = (name: string): Part => (train.includes(name) ? 'train' : test.includes(name) ? 'test' : null);
  return folders.map((one) => ({ ...one, part: partOf(one.name) }));
}

/** A choice for each folder; the place among them is kept. */
function drawFolders(into: HTMLElement, { look, choices, texts }: Shown, change: Change): void {
  const folders = chosenParts(look, choices.parts);
  const focused = document.activeElement;
  const place = focused && into.contains(focused) ? [...into.querySelectorAll('select')].indexOf(focused as never) : -1;
  const say = (name: string, part: Part) => {
    const others = folders.map((one) => (one.name === name ? { ...one, part } : one));
    const of = (wanted: Part) => others.filter((one) => one.part === wanted).map((one) => one.name);
    change({ parts: { train: of('train'), test: of('test') } });
  };
  const more = folders.length - MOST_ROWS;
  into.replaceChildren(
    ...folders.slice(0, MOST_ROWS).map(({ name, images, part }) => {
      const select = element('select', {
        attributes: { 'aria-label': fill(texts.part, name) },
        on: { change: () => say(name, (select.value || null) as Part) },
        children: [
          element('option', { text: texts.neither, attributes: { value: '' } }),
          element('option', { text: texts.toLearn, attributes: { value: 'train' } }),
          element('option', { text: texts.toTest, attributes: { value: 'test' } }),
        ],
      });
      select.value = part ?? '';
      const text = fill(texts.imagesOf, name, images);
      return element('div', { class: 'folder', children: [select, element('span', { text })] });
    }),
    ...(more > 0 ? [element('p', { class: 'quiet', text: fill(texts.more, more) })] : []),
  );
  if (place >= 0) into.querySelectorAll('select')[place]?.focus();
}
