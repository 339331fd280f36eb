import { existsSync } from 'node:fs';
import { continuedFile } from '../../shared/schema/continued';
import { datasetFile } from '../../shared/schema/dataset';
import { encoderFile } from '../../shared/schema/encoder';
import { featuresFile } from '../../shared/schema/features';
import { type ResultsFile, resultsFile } from '../../shared/schema/results';
import { type RoundFile, roundFile } from '../../shared/schema/round';
import { isDatasetName } from '../../shared/workspace/datasetName';
import { heldOutImages } from '../../shared/workspace/heldOut';
import { type DatasetRef, datasetRef, placeIn, places, warmstartFolder } from '../../shared/workspace/paths';
import { readAddedEncoders } from './addedEncoders';
import type { BenchmarkState, DatasetListing, RoundState } from './datasetState';
import { folderNames } from './folders';
import type { KnownFiles } from './knownFiles';
import { readNumbered } from './numberedFiles';
import { staleIn } from './stale';

/** All datasets in a workspace folder, by name. */
export async function listDatasets(workspace: string): Promise<DatasetRef[]> {
  return (await folderNames(warmstartFolder(workspace)))
    .map((name) => datasetRef(workspace, name))
    .filter(({ name, directory }) => isDatasetName(name) && existsSync(placeIn(directory, places.dataset)));
}

/**
 * The state of a dataset from its small files. The list of images and the cache are never read, so that it takes no
 * longer with 100,000 images. Null when the dataset is gone.
 */
export async function readDataset(ref: DatasetRef, known: KnownFiles): Promise<DatasetListing | null> {
  const { directory } = ref;
  const { json } = known;
  const file = await json.read(placeIn(directory, places.dataset), datasetFile);
  if (file.kind === 'absent') return null;
  if (file.kind === 'problem') return { ref, problem: file.problem };

  const [features, added, encoder, continued, rounds, results, labels, benchmarks] = await Promise.all([
    json.read(placeIn(directory, places.features), featuresFile),
    readAddedEncoders(directory, json),
    json.read(placeIn(directory, places.encoder), encoderFile),
    json.read(placeIn(directory, places.continued), continuedFile),
    readNumbered(placeIn(directory, places.rounds), roundFile, json),
    readNumbered(placeIn(directory, places.results), resultsFile, json),
    known.countsOf(directory).read(file.value.classes),
    readBenchmarks(directory),
  ]);
  const problems = [
    ...[features, encoder, continued].flatMap((read) => (read.kind === 'problem' ? [read.problem] : [])),
    ...[added, rounds, results, labels].flatMap((read) => read.problems),
  ];
  const { conflicts } = labels;
  const heldOut = heldOutImages(rounds.files);
  const labelled = labels.labelled - [...heldOut].filter((image) => labels.classOf(image) !== undefined).length;
  const gone = new Set(file.value.gone);
  const answers = {
    isDone: (image: string) => gone.has(image) || labels.isAnswered(image), // nothing is wanted of images that are gone
    isSkipped: labels.isSkipped,
    whoAnswered: labels.whoAnswered,
  };
  return {
    ref,
    file: file.value,
    features: features.kind === 'value' ? features.value : null,
    addedEncoders: added.encoders,
    encoder: encoder.kind === 'value' ? encoder.value : null,
    encoderWritten: encoder.kind === 'value' ? encoder.written : null,
    continued: continued.kind === 'value' ? continued.value : null,
    continuedWritten: continued.kind === 'value' ? continued.written : null,
    continuingStopped: existsSync(placeIn(directory, places.continuedCheckpoint)),
    pretrainingStopped: existsSync(placeIn(directory, places.checkpoint)),
    rounds: rounds.files.map((round) => roundState(round, answers, results.files)),
    results: results.files,
    labelled,
    conflicts,
    stale: staleIn(results.files.at(-1), {
      counted: labels,
      labelled,
      heldOut,
      hasTestSplit: file.value.split.test > 0,
    }),
    benchmarks,
    problems,
  };
}

/** What became of the images that a round asked for. */
interface RoundAnswers {
  readonly isDone: (image: string) => boolean;
  readonly isSkipped: (image: string) => boolean;
  readonly whoAnswered: (image: string) => readonly string[];
}

function roundState(
  { round, strategy, purpose, picks }: RoundFile,
  { isDone, isSkipped, whoAnswered }: RoundAnswers,
  results: readonly ResultsFile[],
): RoundState {
  return {
    round,
    strategy,
    isTest: purpose === 'test',
    asked: picks.length,
    everybody: answersOfEverybody(picks, whoAnswered),
    answered: picks.filter(({ image }) => isDone(image)).length,
    skipped: picks.filter(({ image }) => isSkipped(image)).length,
    results: results.find((of) => of.round === round) ?? null,
  };
}

function answersOfEverybody(
  picks: RoundFile['picks'],
  whoAnswered: (image: string) => readonly string[],
): RoundState['everybody'] {
  const by = new Map<string, number>();
  let answered = 0;
  for (const { image, everybody } of picks) {
    const people = everybody ? whoAnswered(image) : [];
    if (people.length > 0) answered++;
    for (const name of people) by.set(name, (by.get(name) ?? 0) + 1);
  }
  return { answered, by: Object.fromEntries(by) };
}

async function readBenchmarks(directory: string): Promise<BenchmarkState[]> {
  return (await folderNames(placeIn(directory, places.benchmarks))).map((name) => {
    const report = placeIn(directory, places.report(name));
    return { name, report: existsSync(report) ? report : null };
  });
}
