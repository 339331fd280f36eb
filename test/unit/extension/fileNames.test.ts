import { expect, it } from 'vitest';
import { fileNameOf } from '../../../src/extension/charts/saveExport';
import { isDatasetName } from '../../../src/shared/workspace/datasetName';

it('proposes for an exported chart a name that every system takes', () => {
  const names = [
    'faces accuracy',
    'con',
    'NUL',
    'aux.x',
    'a/b\\c:d*?',
    '...',
    '',
    '\u{1F600}',
    '-con-',
    'x'.repeat(500),
  ];
  for (const name of names) expect(isDatasetName(`${fileNameOf(name)}.svg`), name).toBe(true);
  expect(fileNameOf('faces accuracy')).toBe('faces-accuracy');
  expect(fileNameOf('con')).toBe('chart-con');
  expect(fileNameOf('')).toBe('chart');
});
