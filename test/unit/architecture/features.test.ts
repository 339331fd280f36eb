import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where a kind of features stands: what people read of it, and how it is opened. Nothing else may know it. */
const tables = ['src/shared/features.ts', 'src/engine/features/kinds.ts'];

/** The sources without one of their kinds of features, and what the compiler says to that. */
async function without(kind: string, spared?: string): Promise<string> {
  const copy = await temporaryFolder();
  for (const name of ['src', 'tsconfig.base.json', 'package.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const table of tables) {
    if (table === spared) continue;
    const path = join(copy, table);
    const text = readFileSync(path, 'utf8');
    const fewer = text.replace(new RegExp(`^  ${kind}: (\\{\\n[^}]*\\n  \\},|.*,)\\n`, 'm'), '');
    expect(fewer.length, table).toBeLessThan(text.length);
    writeFileSync(path, fewer);
  }
  const compilerOptions = { composite: false, emitDeclarationOnly: false, noEmit: true, types: ['node'] };
  const config = { extends: './tsconfig.base.json', compilerOptions, include: ['src'] };
  writeFileSync(join(copy, 'tsconfig.only.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [compiler, '-p', 'tsconfig.only.json'], { cwd: copy, encoding: 'utf8' }).stdout;
}

describe('a kind of features', () => {
  it('can be moved out of its two tables, and nothing else has to change', async () => {
    expect(await without('random')).toBe('');
  });

  it('is missed by the compiler when only one of them has it', async () => {
    expect(await without('random', tables[0])).toMatch(/kinds\.ts.*'random' is missing/);
  });
});
