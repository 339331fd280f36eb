import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const anyCall = /l10n\.t\(/g;
const call = /l10n\.t\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")/g;

/**
 * Writes every text that the extension shows to l10n/bundle.l10n.json, which translators start from. Every build makes
 * it anew; it is not kept.
 */
export async function collectTexts(source = 'src/extension', bundle = 'l10n/bundle.l10n.json') {
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const sources = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')));
  const texts = sources.flatMap((text, i) => {
    const found = [...text.matchAll(call)].map(([, single, double]) => unescaped(single ?? double));
    // a text that is put together or stands in a variable would never reach a translator
    if (found.length !== (text.match(anyCall) ?? []).length)
      throw new Error(`${join(source, files[i])}: each l10n.t() takes one text in quotation marks.`);
    return found;
  });
  const sorted = [...new Set(texts)].sort();
  const json = `${JSON.stringify(Object.fromEntries(sorted.map((text) => [text, text])), null, 2)}\n`;
  const before = await readFile(bundle, 'utf8').catch(() => '');
  if (json === before) return;
  await mkdir(dirname(bundle), { recursive: true }); // not there in a fresh checkout
  await writeFile(bundle, json);
}

const unescaped = (text) => text.replace(/\\(.)/g, '$1');
