import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { weighed } from '../../../src/engine/features/combined';
import { mirroredHog } from '../../../src/engine/features/hog';
import { type Job, silentJob } from '../../../src/engine/job';
import { isPooled } from '../../../src/engine/learner/pooled';
import { initialise } from '../../../src/engine/network/initialisation';
import { fitAndEvaluate } from '../../../src/engine/rounds/fit';
import { type TrainingSettings, unfinishedTraining } from '../../../src/engine/rounds/unfinished';
import { exists } from '../../../src/engine/store/exists';
import { placeIn, places } from '../../../src/shared/workspace/paths';
import { importedFaces } from '../../support/importedFaces';
import { SIDE } from '../../support/pictures';
import { tinyEncoder } from '../runtime/frailDevice';

const architecture = tinyEncoder([1, SIDE, SIDE], 2);
const network = { network: architecture, parameters: initialise(architecture, 3), pretrained: true, mirrored: true };
const beside = weighed('combined', [network, mirroredHog]);

it('a training with unlabelled images that was stopped goes on from the dataset’s cache, and ends as if it had not been', async () => {
  const dataset = await importedFaces({ classes: ['angry', 'happy'], train: 12, test: 4 });
  const labelled = new Map([...dataset.train].slice(0, 14).map((i) => [i, dataset.images[i].label!]));
  const request = { dataset, encoder: network, beside, labelled, learner: 'semiFinetune', seed: 0 } as const;
  const path = placeIn(dataset.directory, places.trainingCheckpoint);
  const controller = new AbortController();
  const report: Job['report'] = ({ unit, done }) => {
    if (unit === 'steps' && done === 30) controller.abort();
  };
  const stopped = fitAndEvaluate(request, { signal: controller.signal, report });
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect(await exists(path)).toBe(true);

  const steps: number[] = [];
  const watching: Job = { ...silentJob, report: ({ unit, done }) => unit === 'steps' && steps.push(done) };
  const { model } = await fitAndEvaluate(request, watching);
  expect(steps[0]).toBe(26);
  expect(await exists(path)).toBe(false);
  const straight = await fitAndEvaluate(request, silentJob);
  expect(straight.model).toEqual(model);
  expect(model.learner).toBe('semiFinetune');
  expect(isPooled(model.encoder)).toBe(true);
});

it('keeps one training, and takes neither another one nor a damaged file for it', async () => {
  const dataset = await importedFaces({ classes: ['angry', 'happy'], train: 3, test: 1 });
  const settings: TrainingSettings = {
    encoder: network,
    labelled: { indices: Int32Array.of(0, 1), labels: Int32Array.of(0, 1) },
    unlabelled: Int32Array.of(2, 3),
    mirrors: true,
    seed: 0,
    name: 'semiFinetune',
    settings: { steps: 300 },
  };
  const training = unfinishedTraining(dataset, settings);
  expect(await training.load()).toBeNull();
  const state = {
    parameters: new Map([['head.bias', { shape: [2], data: Float32Array.of(1, 2) }]]),
    velocities: new Map([['head.bias', { shape: [2], data: Float32Array.of(3, 4) }]]),
  };
  await training.save(25, state);
  expect(await training.load()).toEqual({ step: 25, state });
  const others: Partial<TrainingSettings>[] = [
    { seed: 1 },
    { beside: mirroredHog },
    { labelled: { indices: Int32Array.of(0, 1), labels: Int32Array.of(1, 1) } },
    { unlabelled: Int32Array.of(2) },
    { settings: { steps: 400 } },
  ];
  for (const other of others) expect(await unfinishedTraining(dataset, { ...settings, ...other }).load()).toBeNull();
  await writeFile(placeIn(dataset.directory, places.trainingCheckpoint), 'nothing of use');
  expect(await training.load()).toBeNull();
  await training.remove();
  await training.remove();
});
