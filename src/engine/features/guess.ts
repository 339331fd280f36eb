import type { FeatureName } from '../../shared/features';
import type { Layout } from '../../shared/schema/dataset';
import type { Dataset } from '../data/dataset/type';
import { openFaceDetector } from '../encoders/faceDetector';
import { imageSource } from '../encoders/imageSource';
import { type Job, throwIfCancelled } from '../job';
import { evenlySpread } from '../numeric/evenlySpread';

/** Which encoder suits a dataset, and why, in words that follow "because". */
export interface FeaturesGuess {
  readonly use: FeatureName;
  readonly why: string;
}

type GuessedDataset = Pick<Dataset, 'file' | 'images' | 'train' | 'pixels' | 'sourceFile'>;

/** Images that the face detector looks at. */
const SAMPLE = 40;

/** From this on an image shows a face: so do 96 % of FER2013's and 6 % of CIFAR-10's images. */
const FACE = 0.7;

/** Before anything is labelled: by the layout, by the names of the classes, and by whether a sample of the images shows faces. */
export async function guessFeatures(dataset: GuessedDataset, job: Job): Promise<FeaturesGuess> {
  const { layout, classes } = dataset.file;
  const database = faceDatabases[layout];
  if (database) return { use: 'faces', why: `${database} holds faces` };
  const expressions = classes.filter((name) => words.has(name.toLowerCase()));
  if (2 * expressions.length > classes.length)
    return { use: 'faces', why: `the classes are expressions of faces (${expressions.slice(0, 3).join(', ')})` };
  const { faces, looked } = await countFaces(dataset, job);
  return 2 * faces > looked
    ? { use: 'faces', why: `${faces} of ${looked} images that were looked at show a face` }
    : { use: 'general', why: `only ${faces} of ${looked} images that were looked at show a face` };
}

const faceDatabases: Partial<Record<Layout, string>> = {
  fer2013: 'FER2013',
  rafdb: 'RAF-DB',
  kdef: 'KDEF',
  affectnet: 'AffectNet',
  sample: 'the sample',
};

/** Basic expressions (Ekman), neutral and contempt, as nouns and adjectives. */
const words = new Set(
  'angry anger disgust disgusted fear fearful afraid happy happiness joy joyful neutral calm sad sadness surprise surprised contempt'.split(
    ' ',
  ),
);

async function countFaces(dataset: GuessedDataset, job: Job) {
  const { train } = dataset;
  const some = evenlySpread(train.length, SAMPLE);
  const looked = some.length;
  const detector = await openFaceDetector();
  let faces = 0;
  try {
    for (let i = 0; i < looked; i++) {
      throwIfCancelled(job);
      job.report({ stage: 'Looking for faces', done: i, total: looked, unit: 'images' });
      // an image that can't be read just now tells nothing
      const source = await imageSource(dataset, train[some[i]]).catch(() => null);
      const faceness = source && (await detector.faceness(source).catch(() => 0));
      if (faceness && faceness > FACE) faces++;
    }
  } finally {
    await detector.dispose();
  }
  return { faces, looked };
}
