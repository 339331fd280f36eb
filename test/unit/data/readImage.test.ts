import { execFileSync } from 'node:child_process';
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { foreignKind } from '../../../src/engine/data/fileKind';
import { findImages } from '../../../src/engine/data/importers/walk';
import { withImage } from '../../../src/engine/data/readImage';
import { silentJob } from '../../../src/engine/job';
import { picture } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const problemOf = (path: string) => withImage(path, async (file) => file).then(String, (error: Error) => error.message);

describe('an image file', () => {
  it('reads what is an image', async () => {
    const folder = await temporaryFolder();
    const bytes = await picture('a.png', { width: 90, height: 70, colour: true });
    await writeFile(join(folder, 'a.png'), bytes);
    expect(await withImage(join(folder, 'a.png'), async (file) => file.equals(bytes))).toBe(true);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['a pointer of LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n', /git LFS.*git lfs pull/],
    ['a pointer of git-annex', '/annex/objects/SHA256E-s5--1.png\n', /git annex get/],
    ['a BMP file', Buffer.from('BM\x36\0\0\0\0\0', 'latin1'), /a BMP file, whatever its name says/],
    ['an HEIC file', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), /HEIC/],
    ['a video', Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2', 'latin1'), /a video, not an image/],
    ['a DICOM file', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]), /DICOM/],
    ['a web page', '\n<!DOCTYPE html><html>404</html>', /web page/],
    ['an archive', Buffer.from('PK\x03\x04....'), /zip/],
    ['zeros', Buffer.alloc(4096), /nothing but zeros/],
    ['nothing', '', /the file is empty/],
  ])('tells %s by its first bytes', async (_, content, problem) => {
    const path = join(await temporaryFolder(), 'a.jpg');
    await writeFile(path, content);
    expect(await problemOf(path)).toMatch(problem);
  });

  it('lets AVIF pass, whatever brands come with it', () => {
    for (const brands of ['ftypavif\0\0\0\0mif1avif', 'ftypmif1\0\0\0\0mif1avifmiaf'])
      expect(foreignKind(Buffer.from(`\0\0\0\x1c${brands}`, 'latin1'))).toBeNull();
  });

  it('waits for no pipe and fills no memory with a file of holes', async () => {
    const folder = await temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe.png')]);
    expect(await problemOf(join(folder, 'pipe.png'))).toMatch(/a pipe, a socket or a device/);
    expect(await problemOf('/dev/zero')).toMatch(/a pipe, a socket or a device/);
    const handle = await open(join(folder, 'holes.png'), 'w');
    await handle.write(await picture('a.png'));
    await handle.truncate(2 ** 40);
    await handle.close();
    expect(await problemOf(join(folder, 'holes.png'))).toMatch(/larger than 512 MiB/);
    expect(await problemOf(folder)).toMatch(/a folder, not a file/);
  });
});

describe('a folder of other things', () => {
  it('has pipes, sockets and lost links listed, and what systems make passed over', async () => {
    const root = await temporaryFolder();
    const image = await picture('a.png');
    for (const folder of [
      'a',
      'a/@eaDir/1.png',
      '$RECYCLE.BIN',
      'System Volume Information',
      'lost+found',
      'found.001',
      'a/node_modules/x',
      'tools',
      'b',
    ]) {
      await mkdir(join(root, folder), { recursive: true });
      await writeFile(join(root, folder, '1.png'), image).catch(() => {});
    }
    await writeFile(join(root, 'tools', 'pyvenv.cfg'), '');
    execFileSync('mkfifo', [join(root, 'b', 'pipe.png')]);
    await symlink('../.git/annex/objects/x/1.png', join(root, 'b', 'annexed.png'));
    await symlink('/dev/null', join(root, 'b', 'null.png'));
    const server = createServer().listen(join(root, 'b', 'socket.png'));
    onTestFinished(() => void server.close());
    await new Promise((done) => server.once('listening', done));
    const { images, broken, passedOver } = await findImages(root, '', silentJob);
    expect(images.map(({ id }) => id)).toEqual(['a/1.png', 'b/1.png']);
    expect(Object.fromEntries(broken.map(({ id, problem }) => [id, problem]))).toEqual({
      'b/annexed.png': expect.stringContaining('git annex get'),
      'b/null.png': expect.stringContaining('a device'),
      'b/pipe.png': expect.stringContaining('a pipe'),
      'b/socket.png': expect.stringContaining('a socket'),
    });
    expect(passedOver).toEqual([
      '$RECYCLE.BIN',
      '@eaDir',
      'System Volume Information',
      'found.001',
      'lost+found',
      'node_modules',
      'tools',
    ]);
  });

  it.skipIf(process.platform !== 'linux')('has a name said to be no UTF-8', async () => {
    const root = await temporaryFolder();
    await mkdir(Buffer.concat([Buffer.from(`${root}/fr`), Buffer.from([0xfc]), Buffer.from('h')]));
    const { broken } = await findImages(root, '', silentJob);
    expect(broken).toEqual([{ id: 'fr\uFFFDh', problem: 'its name is not valid UTF-8; rename it' }]);
  });
});
