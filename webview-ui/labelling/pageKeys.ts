import { ZOOM_STEP } from '../common/zooming';
import type { Actions } from './actions';
import { type KeyIntent, meaningOf } from './keys';
import { CELLS, type LabellingModel } from './model';

/** The fields that keys lead into. */
export interface KeyTargets {
  readonly focusFilter: () => void;
  readonly focusNote: () => void;
  /** Out of every field, to the images. */
  readonly leave: () => void;
  /** Of the picture: nearer (more than 1) or farther; null: the whole picture or full size. */
  readonly zoom: (by: number | null) => void;
  /** Whether a dialogue is open, which has the keys to itself. */
  readonly busy: () => boolean;
}

/** Does what keys mean, wherever on the page the focus is. */
export function listenToKeys(model: LabellingModel, actions: Actions, targets: KeyTargets): void {
  const deeds: Readonly<Record<Exclude<KeyIntent['kind'], 'class' | 'move'>, () => void>> = {
    first: () => actions.goTo(0),
    nextOpen: () => actions.goTo(model.nextOpen(-1) ?? model.state.images.length - 1),
    skip: () => actions.answer(null),
    undo: actions.undo,
    flag: actions.flag,
    note() {
      if (model.view(model.position).flag === null) actions.flag();
      targets.focusNote();
    },
    grid: actions.toggleGrid,
    pixels: () => (model.grid ? actions.toggleCrop : actions.togglePixels)(),
    accept: () => actions.answer(undefined),
    open: actions.openImage,
    zoom: () => targets.zoom(null),
    zoomIn: () => (model.grid ? actions.resize(model.cell + CELLS.step) : targets.zoom(ZOOM_STEP)),
    zoomOut: () => (model.grid ? actions.resize(model.cell - CELLS.step) : targets.zoom(1 / ZOOM_STEP)),
    filter: targets.focusFilter,
    addClass: actions.addClass,
    help: actions.help,
    leave: targets.leave,
  };
  document.addEventListener('keydown', (event) => {
    if (targets.busy() || event.isComposing) return;
    if (event.key === 'Escape') return targets.leave();
    const meaning = meaningHere(event, model);
    if (!meaning || (event.repeat && meaning.kind !== 'move' && meaning.kind !== 'undo')) return;
    event.preventDefault();
    if (meaning.kind === 'move') actions.goTo(model.position + meaning.by);
    else if (meaning.kind === 'class') actions.answer(model.state.classes[meaning.index] ?? null);
    else deeds[meaning.kind]();
  });
}

/** What a key means where the focus is. */
function meaningHere(event: KeyboardEvent, model: LabellingModel): KeyIntent | null {
  const from = event.composedPath()[0] as HTMLElement;
  return meaningOf(event, {
    field: from instanceof HTMLInputElement && from.type === 'text',
    button: from instanceof HTMLButtonElement || from.closest?.('vscode-checkbox') !== null,
    grid: model.grid,
    classes: model.state.classes.length,
  });
}
