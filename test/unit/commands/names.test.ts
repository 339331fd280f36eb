import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireNoOther } from '../../../src/engine/commands/encoderName';
import { label } from '../../../src/engine/commands/label';
import { importDataset } from '../../../src/engine/data/dataset/import';
import { silentJob } from '../../../src/engine/job';
import { otherSpelling } from '../../../src/engine/store/spelling';
import { isDatasetName, isReservedName } from '../../../src/shared/workspace/datasetName';
import { writeImages } from '../../support/pictures';
import { temporaryFolder } from '../../support/temporaryFolder';

const NFC = 'caf\u00e9';
const NFD = NFC.normalize('NFD');

async function faces() {
  const workspace = await temporaryFolder();
  const folder = join(workspace, 'images');
  await writeImages(folder, { classes: ['a', 'b'], train: 2, test: 1 });
  const imported = (name: string) => importDataset({ workspace, folder, layout: 'auto', name }, silentJob);
  return { workspace, imported };
}

describe('names that are one on other systems', () => {
  it('of devices of Windows name nothing', () => {
    for (const name of ['con', 'Aux', 'NUL.txt', 'com1', 'lpt9.old', 'COM\u00b2', 'CONIN$', 'prn .x'])
      expect([isReservedName(name), isDatasetName(name)], name).toEqual([true, false]);
    for (const name of ['console', 'com', 'com10', 'auxiliary', 'my con']) expect(isReservedName(name)).toBe(false);
  });

  it('are told by case and by how marks are written', async () => {
    const folder = await temporaryFolder();
    for (const name of ['Faces', NFD]) await mkdir(join(folder, name));
    expect(await otherSpelling(folder, 'faces')).toBe('Faces');
    expect(await otherSpelling(folder, NFC)).toBe(NFD);
    for (const name of ['Faces', NFD, 'face']) expect(await otherSpelling(folder, name)).toBeNull();
    expect(await otherSpelling(join(folder, 'none'), 'a')).toBeNull();
  });

  it('make no second dataset', async () => {
    const { workspace, imported } = await faces();
    await imported('Faces');
    await expect(imported('faces')).rejects.toThrow(
      'There is already a dataset "Faces", and "faces" differs only in upper and lower case',
    );
    expect(await readdir(join(workspace, 'warmstart'))).toEqual(['Faces']);
    expect((await imported('Faces')).alreadyImported).toBe(true);
  });

  it('make no second annotator and no second encoder', async () => {
    const { workspace, imported } = await faces();
    const { directory } = await imported('faces');
    const csv = join(workspace, 'labels.csv');
    await writeFile(csv, 'image,label\ntrain/a/train-0.png,a\n');
    const by = (annotator: string) =>
      label({ workspace, dataset: 'faces', from: { csv }, annotator, overwrite: false }, silentJob);
    await by(NFC);
    await expect(by(NFD)).rejects.toThrow('has an annotator');
    await expect(by('con')).rejects.toThrow('"con" can\'t name an annotator: Windows has a device of that name');
    expect(await readdir(join(directory, 'labels'))).toEqual([`${NFC}.jsonl`]);
    await mkdir(join(directory, 'models/embeddings'), { recursive: true });
    await writeFile(join(directory, 'models/embeddings/clip.json'), '{}');
    await expect(requireNoOther(directory, 'Clip', 'network')).rejects.toThrow('There is an encoder "clip" already');
    await expect(requireNoOther(directory, 'clip', 'embeddings')).resolves.toBeUndefined();
  });
});
