import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../support/folders';

const page = readFileSync(join(projectFolder, 'COMMON_PROBLEMS.md'), 'utf8');

/** The texts of all sources, without what writes them over several strings or marks quotes in them. */
const sources = readdirSync(join(projectFolder, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(projectFolder, 'src', path), 'utf8').replace(/\\(['"`])/g, '$1'))
  .join('\n');

/** What stands between the places of names and numbers. */
const pieces = (message: string) =>
  message
    .split('…')
    .map((piece) => piece.trim())
    .filter((piece) => /\w/.test(piece));

describe('COMMON_PROBLEMS.md', () => {
  const messages = [...page.matchAll(/^> (.+)$/gm)].map(([, message]) => message!);

  it('quotes messages under most of its questions', () => {
    expect(messages.length).toBeGreaterThan(15);
    expect(page.match(/^### /gm)!.length).toBeGreaterThan(12);
  });

  it.each(messages)('quotes what the program says: %s', (message) => {
    expect(pieces(message).length).toBeGreaterThan(0);
    expect(pieces(message).filter((piece) => !sources.includes(piece))).toEqual([]);
  });
});
