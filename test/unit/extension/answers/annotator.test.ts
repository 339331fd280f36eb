import { expect, it } from 'vitest';
import { annotatorOf, sanitiseAnnotator } from '../../../../src/extension/answers/annotator';
import { annotatorName } from '../../../../src/shared/schema/common';
import { isReservedName } from '../../../../src/shared/workspace/datasetName';

it('keeps names that can stand in a file name', () => {
  for (const name of ['anna', 'Jörg M.', 'a@b.example', '李雷', 'x_1-2'])
    expect(sanitiseAnnotator(name)).toBe(name.replace(/\.$/, ''));
});

it('makes a name of anything', () => {
  for (const name of ['DOMAIN\\user', '../../etc', '...', '', ' ', 'a'.repeat(200), 'a/b:c*d', '\u{1F600}'])
    expect(annotatorName.safeParse(sanitiseAnnotator(name)).success, name).toBe(true);
});

it('takes the setting, else the user of the computer', () => {
  expect(annotatorOf(' anna ')).toBe('anna');
  expect(annotatorName.safeParse(annotatorOf('')).success).toBe(true);
  expect(annotatorOf(undefined)).toBe(annotatorOf(''));
});

it('names no file after a device of Windows, where no answer could be saved', () => {
  for (const name of ['con', 'NUL', 'aux.old', 'Com1']) {
    const made = sanitiseAnnotator(name);
    expect(isReservedName(made), name).toBe(false);
    expect(annotatorName.safeParse(made).success, name).toBe(true);
    expect(made).toBe(`_${name}`);
  }
  expect(annotatorName.safeParse(sanitiseAnnotator(`con.${'x'.repeat(60)}`)).success).toBe(true);
});
