import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { inputError } from '../../errors';
import { openFile, readUtf8 } from '../../store/door';
import { exists } from '../../store/exists';

/** Where a model and what belongs to it lie. */
export interface ModelFiles {
  readonly model: string;
  /** preprocessor_config.json; null where there is none. */
  readonly preprocessor: string | null;
}

/** Of a snapshot (bytes). */
const LONGEST_NAME = 1 << 12;
const PREPROCESSOR = 'preprocessor_config.json';

/**
 * Of a folder as transformers.js has it (`onnx/model.onnx` beside `preprocessor_config.json`), of a model in Hugging Face's
 * cache (`models--org--name` or one of its snapshots), or of one ONNX file.
 */
export async function findModelFiles(path: string): Promise<ModelFiles> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw inputError(`There is no file or folder ${path}; check the path.`, error);
    throw inputError(`Cannot read ${path} (${error.code}); allow reading it.`, error);
  });
  if (info.isFile()) return { model: path, preprocessor: await preprocessorNear(dirname(path)) };
  const folder = await snapshotOf(path);
  const places = [join(folder, 'onnx'), folder];
  for (const place of places) {
    const model = preferred(await readdir(place).catch(() => []));
    if (model) return { model: join(place, model), preprocessor: await preprocessorNear(place) };
  }
  throw inputError(
    `There is no ONNX file in ${path}, nor in a folder "onnx" in it; export the model as ONNX, or fetch the files of one that is.`,
  );
}

/** The snapshot in Hugging Face's cache that `main` names, or the only one; any other folder is what is meant itself. */
async function snapshotOf(folder: string): Promise<string> {
  const snapshots = join(folder, 'snapshots');
  const names = await readdir(snapshots).catch(() => null);
  if (names === null) return folder;
  const main = await readUtf8(join(folder, 'refs', 'main'), LONGEST_NAME).catch(() => '');
  const chosen = names.find((name) => name === main.trim()) ?? (names.length === 1 ? names[0] : undefined);
  if (chosen !== undefined) return join(snapshots, chosen);
  throw inputError(`${snapshots} holds ${names.length} snapshots; give the folder of one of them.`);
}

/** Beside the model, or above its folder "onnx". */
async function preprocessorNear(folder: string): Promise<string | null> {
  const folders = basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder];
  for (const each of folders) if (await exists(join(each, PREPROCESSOR))) return join(each, PREPROCESSOR);
  return null;
}

/** Towers for images before models that may take text too; exact weights before rounded ones. */
const stems = ['vision_model', 'model'];
const suffixes = ['', '_fp32', '_fp16', '_quantized', '_int8', '_uint8'];
const order = stems.flatMap((stem) => suffixes.map((suffix) => `${stem}${suffix}.onnx`));

/** The file of a folder that serves best; one of another name only where it is the only one. */
function preferred(names: readonly string[]): string | undefined {
  const models = names.filter((name) => name.endsWith('.onnx') && !name.startsWith('.'));
  return order.find((name) => models.includes(name)) ?? (models.length === 1 ? models[0] : undefined);
}

/**
 * Absolute paths of the files with weights that a model names. They must lie in the folder of the model, links followed;
 * in Hugging Face's cache, where every file is a link to `blobs`, there.
 */
export async function dataFilesOf(model: string, names: readonly string[]): Promise<string[]> {
  const folder = dirname(model);
  const allowed = [await realpath(folder), ...(await blobsOf(folder))];
  return Promise.all(
    names.map(async (name) => {
      const path = resolve(folder, name);
      const outside = inputError(
        `${model} wants to read its weights from ${name}, outside of its own folder, which is not allowed; put the file beside the model and export again.`,
      );
      if (isAbsolute(name) || !isInside(folder, path)) throw outside;
      const real = await realpath(path).catch(() => {
        throw inputError(`${path}, which holds weights of ${basename(model)}, is missing; fetch it and put it there.`);
      });
      if (!allowed.some((root) => isInside(root, real))) throw outside;
      return path;
    }),
  );
}

/** The folder `blobs` of the model in Hugging Face's cache that this folder is part of. */
async function blobsOf(folder: string): Promise<string[]> {
  const match = /^(.*[\\/]models--[^\\/]+)[\\/]snapshots[\\/]/.exec(folder + sep);
  const blobs = match && (await realpath(join(match[1], 'blobs')).catch(() => null));
  return blobs ? [blobs] : [];
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** SHA-256 of a file, read piece by piece. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  const { handle } = await openFile(path, 'streamed').catch((error: NodeJS.ErrnoException) => {
    throw inputError(`Cannot read ${path} (${error.code ?? error.message}); make it a file that can be read.`, error);
  });
  for await (const piece of handle.createReadStream({ highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}
