import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../support/folders';
import { importsBelow } from '../architecture/imports';

/** Ways to open a file to read it. */
const opening = /\b(readFile|readFileSync|open|openSync|createReadStream)\b/;

/** Who opens files otherwise, and why that waits for nothing and takes no memory. */
const others: Readonly<Record<string, string>> = {
  'src/engine/store/door.ts': 'the door of the engine',
  'src/extension/door.ts': 'the door of the extension',
  'src/engine/store/atomicFile.ts': 'makes new files only, and opens folders',
  'src/engine/store/appendFile.ts': 'looks at what it has opened, and only adds to it',
  'src/engine/store/fileLock.ts': 'makes new files only, and reads what Linux says of a process',
  'src/engine/runtime/tensorflow/cudaPackage.ts': 'the manifest of a package that is installed beside us',
  'src/sample/write.ts': 'its own note, in a folder that somebody named for it',
};

/** What a file takes of Node's file systems by name. */
const namesTaken = (text: string): string[] =>
  [...text.matchAll(/import (?:type )?\{([^}]*)\} from 'node:fs(?:\/promises)?'/g)].flatMap(([, names = '']) =>
    names.split(',').filter((name) => !/^\s*type /.test(name)),
  );

describe('files are opened to be read', () => {
  const files = ['src/engine', 'src/extension', 'src/sample'].flatMap((folder) => [...importsBelow(folder).keys()]);

  it('through one door alone, but for those that say why', () => {
    const found = files.filter((file) => {
      const text = readFileSync(join(projectFolder, file), 'utf8');
      return namesTaken(text).some((name) => opening.test(name)) || /\bfs\.(readFile|open)/.test(text);
    });
    expect(files.length).toBeGreaterThan(300);
    expect(found.sort()).toEqual(Object.keys(others).sort());
  });

  it('is seen where it stands', () => {
    expect(namesTaken("import { readdir, readFile } from 'node:fs/promises';").some((n) => opening.test(n))).toBe(true);
    expect(namesTaken("import { readdir } from 'node:fs/promises';").some((n) => opening.test(n))).toBe(false);
  });
});
