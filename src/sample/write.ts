import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, posix } from 'node:path';
import { inputError, UserError } from '../engine/errors';
import { type Job, throwIfCancelled } from '../engine/job';
import { DEFAULT_LOOK } from '../shared/sampleLooks';
import { checkRequest, imageFolders, type SampleFile, type SampleRequest, sampleFiles } from './layout';
import { sampleFace } from './parameters';
import { renderFace } from './render';

/** The file in which a sample says what it is. */
const NOTE = 'synthetic.json';

/** To be raised when faces are drawn in another way, so that no sample is continued with faces of another kind. */
const DRAWING = 2;

/** Faces in work at a time for each core: one is drawn by sharp's threads while another is prepared or written. */
const FACES_PER_CORE = 2;

/**
 * Draws synthetic faces and writes them as PNG files, with a note (synthetic.json) that says so. The same request gives the
 * same bytes; a larger one in the same folder, or one after a cancel, adds what is missing.
 *
 * @returns every file of the sample with its expression, also for a sample whose folders don't tell it.
 * @throws UserError 'usage' for a wrong request, 'input' if the folder holds something else, 'disk' if it can't be
 * written, 'cancelled'.
 */
export async function writeSampleFaces(request: SampleRequest, job: Job): Promise<SampleFile[]> {
  checkRequest(request);
  throwIfCancelled(job);
  const files = sampleFiles(request);
  try {
    const present = await prepareFolder(request, files);
    await writeMissing(request, files, present, job);
  } catch (error) {
    if (error instanceof UserError || !isFileError(error)) throw error;
    throw new UserError(
      'disk',
      `Can't write sample faces to ${request.folder} (${error.code}); choose a folder that can be written and has room.`,
      { cause: error },
    );
  }
  return files;
}

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error;

/** What must agree for a sample to be continued: everything but the counts. */
function noteOf({ seed, size, labelled, colour, look = DEFAULT_LOOK }: SampleRequest): string {
  const note = {
    schema: 1,
    content: 'synthetic faces drawn by Warmstart',
    drawing: DRAWING,
    seed,
    size,
    colour: colour === true,
    ...(look === 'studio' ? {} : { look }), // not named by the versions that drew no other
    labelled,
  };
  return `${JSON.stringify(note, null, 2)}\n`;
}

/** Makes the folders; returns the paths of the sample's images that already stand there. */
async function prepareFolder(request: SampleRequest, files: readonly SampleFile[]): Promise<Set<string>> {
  const { folder, labelled } = request;
  await mkdir(folder, { recursive: true });
  const note = noteOf(request);
  const found = await readFile(join(folder, NOTE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined && (await readdir(folder)).some((name) => !name.startsWith('.')))
    throw inputError(`The folder ${folder} is not empty; choose a new or empty folder for the sample faces.`);
  if (found !== undefined && found !== note)
    throw inputError(
      `The folder ${folder} holds sample faces of another seed, size, look or kind; choose another folder.`,
    );
  if (found === undefined) await writeFile(join(folder, NOTE), note);

  for (const sub of imageFolders(labelled)) await mkdir(join(folder, sub), { recursive: true });
  const wanted = new Set(files.map(({ path }) => path));
  const present = new Set<string>();
  for (const sub of imageFolders(labelled))
    for (const name of await readdir(join(folder, sub))) {
      if (!/^face\d+\.png$/.test(name)) continue;
      const path = posix.join(sub, name);
      if (!wanted.has(path))
        throw inputError(`The folder ${folder} already holds more sample faces than these; choose another folder.`);
      present.add(path);
    }
  return present;
}

async function writeMissing(
  request: SampleRequest,
  files: readonly SampleFile[],
  present: ReadonlySet<string>,
  job: Job,
): Promise<void> {
  const { folder, seed, size, colour = false, look = DEFAULT_LOOK } = request;
  const missing = files.filter(({ path }) => !present.has(path));
  let next = 0;
  let done = present.size;
  let reported = 0;
  let failed = false;
  const report = (): void => {
    reported = Date.now();
    job.report({ stage: 'Drawing', done, total: files.length, unit: 'faces' });
  };
  const drawer = async (): Promise<void> => {
    while (next < missing.length && !failed) {
      throwIfCancelled(job);
      const { path, index } = missing[next++];
      const target = join(folder, path);
      const partial = join(dirname(target), `.${basename(target)}.partial`);
      await writeFile(partial, await renderFace(sampleFace(seed, index, { look }), { size, colour }));
      await rename(partial, target);
      done++;
      if (Date.now() - reported >= 100) report();
    }
  };
  const drawers = Array.from({ length: FACES_PER_CORE * availableParallelism() }, () =>
    drawer().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  // All must have ended before the caller hears of a failure: nothing may be written after that.
  const failure = (await Promise.allSettled(drawers)).find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  report();
}
