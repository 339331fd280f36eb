// Puts the files of the built-in encoders where the engine looks for them. They lie in Human's package, of which nothing
// else is needed; what ships is exactly what was measured.
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const models = join(root, 'node_modules', '@vladmandic', 'human', 'models');
const target = join(root, 'dist', 'encoders');

export async function copyEncoderFiles() {
  const digests = JSON.parse(await readFile(join(root, 'src', 'engine', 'encoders', 'builtInFiles.json'), 'utf8'));
  await mkdir(target, { recursive: true });
  for (const [name, digest] of Object.entries(digests)) {
    const bytes = await readFile(join(models, name));
    if (createHash('sha256').update(bytes).digest('hex') !== digest)
      throw new Error(`${join(models, name)} is not the file that the encoder was measured with; install again.`);
    await cp(join(models, name), join(target, name));
  }
  await cp(join(root, 'NOTICES.md'), join(target, 'NOTICES.md'));
}
