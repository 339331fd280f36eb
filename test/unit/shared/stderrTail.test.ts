import { describe, expect, it } from 'vitest';
import { StderrTail } from '../../../src/shared/stderrTail';

const read = (...parts: string[]) => {
  const lines: string[] = [];
  const tail = new StderrTail((line) => lines.push(line));
  for (const part of parts) tail.add(part);
  return { lines, tail };
};

describe('what a process writes to stderr', () => {
  it('is cut into lines, wherever the stream was cut', () => {
    const { lines, tail } = read('one\ntw', 'o\r\n\nthr', 'ee');
    expect(lines).toEqual(['one', 'two', '']);
    expect(tail.lastWords(2)).toBe('two three');
    tail.end();
    tail.end();
    expect(lines).toEqual(['one', 'two', '', 'three']);
  });

  it("is remembered by its last lines that say something: no frames of stacks, none of Node's own words", () => {
    const { tail } = read(
      '/x/main.js:12\n  throw error;\n  ^\n\n',
      "Error: Cannot find module './nothing.js'\nRequire stack:\n- /x/main.js\n    at open (/x/main.js:12:9) {\n",
      "  code: 'MODULE_NOT_FOUND',\n  requireStack: [ '/x/main.js' ]\n}\n\nNode.js v20.20.2\n",
      '----- Native stack trace -----\n\n 1: 0xd3a3c0  [/usr/bin/node]\n 2: 0xf50bdf v8::internal\n',
    );
    expect(tail.lastWords(1)).toBe("Error: Cannot find module './nothing.js'");
  });

  it('costs little memory, however much it is and however long its lines are', () => {
    const { tail } = read(...Array.from({ length: 1_000 }, (_, i) => `line ${i}\n`), 'x'.repeat(1e6), '\nthe end\n');
    expect(tail.text.length).toBeLessThan(25_000);
    expect(tail.lastWords(1)).toBe('the end');
  });
});
