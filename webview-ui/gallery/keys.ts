import { ADD_CLASS_KEY, classOfKey } from '../common/classKeys';
import type { Actions } from './actions';
import { type GalleryModel, SIZES } from './model';

/** What keys lead to besides actions. */
export interface KeyTargets {
  readonly focusFind: () => void;
  readonly focusContent: () => void;
  /** Nearer (more than 1) or farther; null: the whole picture or full size. */
  readonly zoom: (by: number | null) => void;
  /** The picture as the model sees it, or as it is. */
  readonly look: () => void;
  /** Whether a dialogue is open, which has the keys to itself. */
  readonly busy: () => boolean;
}

/** Does what keys mean, wherever on the page the focus is; the grid moves by itself. */
export function listenToKeys(model: GalleryModel, actions: Actions, targets: KeyTargets): void {
  const leave = () => {
    if (model.large) actions.enlarge(false);
    else if (model.selection.size > 0 && isInGrid()) {
      model.selection.clear();
      actions.selectionChanged();
    }
    targets.focusContent();
  };
  document.addEventListener('keydown', (event) => {
    if (targets.busy() || event.isComposing) return;
    if (event.key === 'Escape') return leave();
    if (isField(event) || event.altKey) return;
    const deed = deedOf(event, model, actions, targets);
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}

type Deed = () => void;

function deedOf(event: KeyboardEvent, model: GalleryModel, actions: Actions, targets: KeyTargets): Deed | undefined {
  const { key, repeat } = event;
  if (event.ctrlKey || event.metaKey) {
    if (key === 'Enter') return () => actions.answer(undefined);
    return key.toLowerCase() === 'z' ? actions.undo : undefined;
  }
  const index = classOfKey(key, model.state.classes.length);
  if (index !== null) return repeat ? () => {} : () => actions.answer(model.state.classes[index] ?? null);
  const size = (by: number) => () => actions.resize(model.size + by);
  const zoom = (by: number | null) => () => targets.zoom(by);
  const both: Readonly<Record<string, Deed>> = {
    Backspace: actions.undo,
    '0': () => actions.answer(null),
    '?': actions.help,
    [ADD_CLASS_KEY]: actions.addClass,
    o: actions.openImage,
    O: actions.openImage,
    f: actions.flag,
    F: actions.flag,
    n: actions.liken,
    N: actions.liken,
  };
  const all: Readonly<Record<string, Deed>> = {
    '/': targets.focusFind,
    '+': size(SIZES.step),
    '=': size(SIZES.step),
    '-': size(-SIZES.step),
    z: () => actions.enlarge(true),
    Z: () => actions.enlarge(true),
  };
  const go = (by: number) => () => actions.goTo(model.position + by);
  const large: Readonly<Record<string, Deed>> = {
    '+': zoom(1.25),
    '=': zoom(1.25),
    '-': zoom(0.8),
    z: zoom(null),
    Z: zoom(null),
    p: targets.look,
    P: targets.look,
    ArrowLeft: go(-1),
    ArrowUp: go(-1),
    PageUp: go(-1),
    ArrowRight: go(1),
    ArrowDown: go(1),
    PageDown: go(1),
    Home: go(Number.NEGATIVE_INFINITY),
    End: go(Number.POSITIVE_INFINITY),
  };
  const table = { ...both, ...(model.large ? large : all) };
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

const isInGrid = (): boolean => document.activeElement?.getAttribute('role') === 'listbox';

/** Whether letters belong to what has the focus. */
function isField(event: KeyboardEvent): boolean {
  const from = event.composedPath()[0];
  return (from instanceof HTMLInputElement && from.type !== 'range') || from instanceof HTMLSelectElement;
}
