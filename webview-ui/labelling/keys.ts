import { ADD_CLASS_KEY, classOfKey } from '../common/classKeys';

/** What a key means on the labelling page. */
export type KeyIntent =
  | { readonly kind: 'class'; readonly index: number }
  | { readonly kind: 'move'; readonly by: number }
  | {
      readonly kind:
        | 'undo'
        | 'skip'
        | 'flag'
        | 'note'
        | 'help'
        | 'grid'
        | 'pixels'
        | 'filter'
        | 'first'
        | 'nextOpen'
        | 'addClass'
        | 'leave'
        | 'accept'
        | 'zoom'
        | 'zoomIn'
        | 'zoomOut'
        | 'open';
    };

export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * The meaning of a key: null when it is none of ours. `field`: an input has the focus, so letters belong to it.
 * `button`: a button has it, so Space and Enter belong to it. `grid`: the grid is shown, and moves by itself.
 */
export function meaningOf(
  { key, ctrlKey, metaKey, altKey }: Key,
  { field, button, grid, classes }: { field: boolean; button: boolean; grid: boolean; classes: number },
): KeyIntent | null {
  if (field || altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'z' ? { kind: 'undo' } : null;
  const index = classOfKey(key, classes);
  if (index !== null) return { kind: 'class', index };
  switch (key) {
    case 'Backspace':
      return { kind: 'undo' };
    case ' ':
      return button || grid ? null : { kind: 'skip' };
    case '0':
      return { kind: 'skip' };
    case 'f':
    case 'F':
      return { kind: 'flag' };
    case 'n':
    case 'N':
      return { kind: 'note' };
    case 'g':
    case 'G':
      return { kind: 'grid' };
    case 'p':
    case 'P':
      return { kind: 'pixels' };
    case '?':
      return { kind: 'help' };
    case ADD_CLASS_KEY:
      return { kind: 'addClass' };
    case '/':
      return { kind: 'filter' };
    case 'Escape':
      return { kind: 'leave' };
    case 'Enter':
      return button ? null : { kind: 'accept' };
    case 'o':
    case 'O':
      return { kind: 'open' };
    case '+':
    case '=':
      return { kind: 'zoomIn' };
    case '-':
      return { kind: 'zoomOut' };
  }
  if (grid) return null;
  switch (key) {
    case 'z':
    case 'Z':
      return { kind: 'zoom' };
    case 'ArrowLeft':
    case 'ArrowUp':
    case 'PageUp':
      return { kind: 'move', by: -1 };
    case 'ArrowRight':
    case 'ArrowDown':
    case 'PageDown':
      return { kind: 'move', by: 1 };
    case 'Home':
      return { kind: 'first' };
    case 'End':
      return { kind: 'nextOpen' };
  }
  return null;
}
