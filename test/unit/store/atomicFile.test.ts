import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { inputError, UserError } from '../../../src/engine/errors';
import { AtomicFile, diskError, writeFileAtomic } from '../../../src/engine/store/atomicFile';
import { readJson, writeJson } from '../../../src/engine/store/jsonFile';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('writeFileAtomic', () => {
  it('writes, replaces and makes missing folders, and leaves nothing else behind', async () => {
    const root = await temporaryFolder();
    const path = join(root, 'a', 'b', 'file.txt');
    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, new Uint8Array([116, 119, 111]));
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(join(root, 'a', 'b'))).toEqual(['file.txt']);
  });

  it('shows the old file, whole, until the new one is committed', async () => {
    const path = join(await temporaryFolder(), 'file.txt');
    await writeFileAtomic(path, 'old');
    const file = await AtomicFile.create(path);
    await file.write('half of the ');
    expect(await readFile(path, 'utf8')).toBe('old');
    await file.write('new one');
    await file.commit();
    expect(await readFile(path, 'utf8')).toBe('half of the new one');
  });

  it('keeps the old file and removes the temporary one when it is discarded', async () => {
    const root = await temporaryFolder();
    const path = join(root, 'file.txt');
    await writeFileAtomic(path, 'old');
    const file = await AtomicFile.create(path);
    await file.write('new');
    await file.discard();
    expect(await readdir(root)).toEqual(['file.txt']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('says in one sentence that a path below a file can not be written', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'file'), 'x');
    const error = await writeFileAtomic(join(root, 'file', 'below.json'), 'y').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'disk', message: expect.stringContaining('is a file, not a folder') });
    expect(await readFile(join(root, 'file'), 'utf8')).toBe('x');
  });

  it('leaves no temporary file when the last step fails', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'taken', 'inside'), { recursive: true });
    await expect(writeFileAtomic(join(root, 'taken'), 'x')).rejects.toMatchObject({ code: 'disk' });
    expect(await readdir(root)).toEqual(['taken']);
    expect(await readdir(join(root, 'taken'))).toEqual(['inside']);
  });

  it('lets writers of the same file not mix', async () => {
    const path = join(await temporaryFolder(), 'file.txt');
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(5000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(await readFile(path, 'utf8'));
  });
});

describe('diskError', () => {
  it.each([
    ['ENOSPC', 'no space left'],
    ['EROFS', 'read-only'],
    ['EACCES', 'permission is denied'],
    ['EIO', 'EIO'],
  ])('%s: what, which file, what to do', (code, words) => {
    const error = diskError('/some/file.json', Object.assign(new Error('x'), { code }));
    expect(error.code).toBe('disk');
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^Cannot write \/some\/file\.json: [^.]+\.$/);
  });

  it('passes an error of ours through', () => {
    const error = inputError('No.');
    expect(diskError('/x', error)).toBe(error);
  });
});

describe('JSON files', () => {
  const schema = z.strictObject({ schema: z.literal(1), items: z.array(z.object({ name: z.string() })) });

  it('writes two spaces and a newline, and reads the same value', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const value = { schema: 1, items: [{ name: 'a "quoted" 🙂 <script>' }] };
    await writeJson(path, value);
    expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(value, null, 2)}\n`);
    expect(await readJson(path, schema)).toEqual(value);
  });

  it('says that a file is missing', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    await expect(readJson(path, schema)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(path),
    });
  });

  it.each([
    ['{"schema": 1, "items": [{"name": "a"}, {"name": 7}]}', '"items[1].name"', 'expected string'],
    ['{"schema": 1}', '"items"', 'expected array'],
    ['[]', 'the top level', 'expected object'],
    ['{"schema": 1, "it', 'is not valid JSON', 'restore'],
    ['', 'it is empty', 'restore'],
  ])('names file, place and expectation for %s', async (text, place, expectation) => {
    const path = join(await temporaryFolder(), 'file.json');
    await writeFile(path, text);
    const error = (await readJson(path, schema).catch((e: unknown) => e)) as UserError;
    expect(error.code).toBe('damaged');
    for (const part of [path, place, expectation]) expect(error.message).toContain(part);
  });
});
