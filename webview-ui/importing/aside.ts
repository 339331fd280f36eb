import { fill } from '../../src/shared/fill';
import type { ImportPageState } from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';

/** What is passed over, copies, and whatever else the engine has to say. */
export function createAside() {
  const title = element('h2');
  const list = element('ul', { class: 'problems' });
  const node = element('section', { class: 'part', children: [title, list] });
  let drawn = '';
  return {
    node,
    draw(state: ImportPageState): void {
      setText(title, state.texts.aside);
      const lines = linesOf(state);
      node.hidden = lines.length === 0;
      const key = JSON.stringify(lines);
      if (key === drawn) return;
      drawn = key;
      list.replaceChildren(...lines.map((text) => element('li', { text })));
    },
  };
}

function linesOf({ look, images, texts }: ImportPageState): string[] {
  const { copies, leaks, conflicts, notes } = images.found ?? { copies: 0, leaks: 0, conflicts: 0, notes: [] };
  const counted = (n: number, one: string, many: string) => (n === 0 ? [] : [n === 1 ? one : fill(many, n)]);
  return [
    ...counted(look.ignored.other, texts.otherOne, texts.other),
    ...counted(look.ignored.hidden, texts.hiddenFilesOne, texts.hiddenFiles),
    ...counted(leaks, texts.leaksOne, texts.leaks),
    ...counted(conflicts, texts.conflictsOne, texts.conflicts),
    ...counted(copies, texts.copiesOne, texts.copies),
    ...[...look.notes, ...notes].filter((note) => !OPTION.test(note)),
  ];
}

/** What names an option of the command line is shown on this page with its choice. */
const OPTION = /(^|[ (])--[a-z]/;
