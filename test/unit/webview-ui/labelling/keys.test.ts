import { describe, expect, it } from 'vitest';
import { keyOfClass } from '../../../../webview-ui/common/classKeys';
import { meaningOf } from '../../../../webview-ui/labelling/keys';
import { Selection } from '../../../../webview-ui/labelling/selection';

const plain = { ctrlKey: false, metaKey: false, altKey: false };
const around = { field: false, button: false, grid: false, classes: 7 };
const meaning = (key: string, more = {}, modifiers = {}) =>
  meaningOf({ key, ...plain, ...modifiers }, { ...around, ...more });

describe('keys', () => {
  it('are digits for the first nine classes, letters for more', () => {
    expect(meaning('1')).toEqual({ kind: 'class', index: 0 });
    expect(meaning('8')).toBeNull();
    expect(meaning('q', { classes: 26 })).toEqual({ kind: 'class', index: 9 });
    expect(meaning('Q', { classes: 26 })).toEqual({ kind: 'class', index: 9 });
    expect(meaning('q')).toBeNull();
  });

  it('give each of 26 classes its own, and none that means something else', () => {
    const keys = Array.from({ length: 26 }, (_, i) => keyOfClass(i));
    expect(new Set(keys).size).toBe(26);
    for (const taken of ['f', 'g', 'n', 'p', '0', '/', '?']) expect(keys).not.toContain(taken);
    expect(keyOfClass(500)).toBeNull();
  });

  it('do nothing while a field has the focus', () => {
    for (const key of ['1', 'f', ' ', 'Backspace', '?']) expect(meaning(key, { field: true })).toBeNull();
  });

  it('leave Space to a button and to the grid', () => {
    expect(meaning(' ')).toEqual({ kind: 'skip' });
    expect(meaning(' ', { button: true })).toBeNull();
    expect(meaning(' ', { grid: true })).toBeNull();
    expect(meaning('0', { grid: true })).toEqual({ kind: 'skip' });
  });

  it('leave the shortcuts of VS Code alone', () => {
    expect(meaning('1', {}, { ctrlKey: true })).toBeNull();
    expect(meaning('f', {}, { metaKey: true })).toBeNull();
    expect(meaning('1', {}, { altKey: true })).toBeNull();
    expect(meaning('z', {}, { ctrlKey: true })).toEqual({ kind: 'undo' });
  });
});

describe('selection', () => {
  it('extends from the last choice, both ways', () => {
    const selection = new Selection();
    selection.only(4);
    const order = Array.from({ length: 10 }, (_, i) => i);
    selection.extendTo(6, order);
    expect(selection.indices).toEqual([4, 5, 6]);
    selection.extendTo(2, order);
    expect(selection.indices).toEqual([2, 3, 4]);
    selection.toggle(9);
    selection.toggle(3);
    expect(selection.indices).toEqual([2, 4, 9]);
    selection.clear();
    expect(selection.size).toBe(0);
  });

  it('extends as the images stand in the grid', () => {
    const selection = new Selection();
    selection.only(4);
    selection.extendTo(0, [3, 0, 1, 4, 2]);
    expect(selection.indices).toEqual([0, 1, 4]);
  });
});
