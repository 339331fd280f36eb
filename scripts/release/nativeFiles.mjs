// What native files are for, by their own first bytes: no file of another platform may ship, and none may be missing.
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listFiles } from './nativePackages.mjs';

const HEAD = 4096;

/**
 * The native files without which nothing works.
 * @type {[string, RegExp][]}
 */
const needed = [
  ["ONNX Runtime's binding", /(^|[\\/])onnxruntime_binding\.node$/],
  ["ONNX Runtime's library", /(^|[\\/])(libonnxruntime[\d.]*\.(so|dylib)[\d.]*|onnxruntime\.dll)$/],
  ["sharp's binding", /(^|[\\/])sharp-[\w.-]+\.node$/],
  ["libvips' library", /(^|[\\/])libvips-cpp[-\d.]*\.(so|dylib|dll)[\d.]*$/],
];

/**
 * What is wrong with the native files below a folder for a target: none or several of what is needed, of another platform, twice.
 * @returns {Promise<{ natives: { path: string, bytes: number }[], problems: string[] }>}
 */
export async function checkNativeFiles(folder, { platform, arch }) {
  const natives = [];
  const problems = [];
  const seen = new Map();
  for (const file of await listFiles(folder)) {
    const made = await madeFor(join(folder, file.path));
    if (!made) continue;
    natives.push(file);
    if (made !== `${platform}-${arch}`) problems.push(`${file.path} is made for ${made}`);
    const digest = createHash('sha256')
      .update(await readFile(join(folder, file.path)))
      .digest('hex');
    if (seen.has(digest)) problems.push(`${file.path} is the same file as ${seen.get(digest)}`);
    seen.set(digest, file.path);
  }
  for (const [what, pattern] of needed) {
    const found = natives.filter(({ path }) => pattern.test(path));
    if (found.length === 0) problems.push(`${what} is missing`);
    if (found.length > 1) problems.push(`${what} is there ${found.length} times`);
  }
  return { natives, problems };
}

/** `<platform>-<arch>` of a program or library, undefined for any other file. */
async function madeFor(path) {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return platformOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** The same by the first bytes: ELF, Mach-O and PE each name their processor. */
function platformOf(head) {
  if (head.length < 64) return undefined;
  const named = (platform, archs, code) => `${platform}-${archs[code] ?? `processor-${code.toString(16)}`}`;
  if (head.readUInt32BE(0) === 0x7f454c46) return named('linux', { 62: 'x64', 183: 'arm64' }, head.readUInt16LE(18));
  if (head.readUInt32LE(0) === 0xfeedfacf)
    return named('darwin', { 16777223: 'x64', 16777228: 'arm64' }, head.readUInt32LE(4));
  if (head.readUInt32BE(0) === 0xcafebabe && head.readUInt32BE(4) < 32) return 'darwin-several';
  if (head.readUInt16BE(0) !== 0x4d5a) return undefined;
  const at = head.readUInt32LE(60);
  if (at + 6 > head.length || head.readUInt32BE(at) !== 0x50450000) return undefined;
  return named('win32', { 34404: 'x64', 43620: 'arm64' }, head.readUInt16LE(at + 4));
}
