import { PLAIN_FLAG } from '../../src/shared/protocol/labelling';
import { element, setAttribute, setText } from '../common/element';
import { nameOfButton, toolButton } from '../common/toolButton';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';

/** Skip, flag and its note. */
export function createAnswerActions(model: LabellingModel, actions: Actions): Part & { focusNote(): void } {
  const { texts } = model.state;
  const undo = toolButton({ icon: 'undo', label: texts.undo, key: 'Backspace', wide: true, press: actions.undo });
  const skip = toolButton({
    icon: 'dash',
    label: texts.skip,
    key: 'Space',
    wide: true,
    press: () => actions.answer(null),
  });
  const flag = toolButton({ icon: 'flag', label: texts.flag, key: 'F', wide: true, press: actions.flag });
  const note = element('vscode-text-field', {
    class: 'note',
    attributes: { placeholder: texts.noteHint, 'aria-label': texts.note, 'aria-keyshortcuts': 'N', maxlength: 500 },
    on: {
      change: () => actions.note(note.value),
      keydown: (event) => event.key === 'Enter' && note.blur(),
    },
  }) as HTMLElement & { value: string };
  const noteLine = element('div', { class: 'note-line', children: [note] });
  const root = element('section', {
    class: 'answer-actions',
    children: [element('div', { class: 'buttons', children: [undo, skip, flag] }), noteLine],
  });
  let noteOf = { image: '', text: '' };
  const showNote = (image: string, text: string) => {
    if (noteOf.image === image && (noteOf.text === text || document.activeElement === note)) return; // what is being typed stays
    note.value = text;
    noteOf = { image, text };
  };
  return {
    root,
    focusNote: () => note.focus(),
    update() {
      root.hidden = model.finished || model.state.images.length === 0;
      const image = model.image(model.position);
      if (!image) return;
      const { flag: text } = model.view(model.position);
      const paused = model.state.paused !== null;
      const flagged = text !== null && !model.grid;
      setAttribute(skip, 'disabled', paused);
      setAttribute(undo, 'disabled', paused);
      // in the grid, Space selects
      const skipKey = model.grid ? '0' : 'Space';
      setText(skip.querySelector('kbd') ?? skip, skipKey);
      setAttribute(skip, 'title', `${texts.skip} (${skipKey})`);
      setAttribute(skip, 'aria-label', nameOfButton(texts.skip, skipKey));
      setAttribute(skip, 'aria-keyshortcuts', model.grid ? '0' : 'Space 0');
      setAttribute(flag, 'disabled', paused || model.grid);
      setAttribute(flag, 'aria-pressed', String(flagged));
      setAttribute(flag, 'appearance', flagged ? 'primary' : 'secondary');
      noteLine.hidden = !flagged;
      showNote(image.id, text === PLAIN_FLAG ? '' : (text ?? ''));
    },
  };
}
