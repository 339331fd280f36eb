import type { WaitingImages } from '../../shared/protocol/engine';
import { haveClasses } from '../../shared/resultClasses';
import type { Policy, TeachingPolicy } from '../../shared/schema/policy';
import type { LabelCurve, ResultsFile } from '../../shared/schema/results';
import type { Repeat, RoundFile } from '../../shared/schema/round';
import type { Conflict } from '../../shared/workspace/labels';
import { places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { UserError } from '../errors';
import { encoderStampOf } from '../features/digest';
import { type Encoder, leadOf } from '../features/encoder';
import type { Looks } from '../features/kinds';
import type { Job } from '../job';
import { Random } from '../numeric/random';
import { plural } from '../text/plural';
import { countClasses, pendingImages, testSetLabels, trainingLabels } from './answered';
import { calibrated } from './calibrated';
import { requireClasses } from './classesThere';
import { surplusCopies } from './copies';
import { asked, type FitOutcome } from './fit';
import { allGone, goneImages } from './goneImages';
import { labelCurve } from './labelCurve';
import { type MergedLabels, readUsableLabels } from './labelFiles';
import { labelsDigest } from './labelsDigest';
import type { FittedModel } from './model';
import { readModel, writeModel } from './modelFiles';
import { nearness, withoutNearCopies } from './nearCopies';
import { startOf, startWithDigest } from './policy';
import { drawRepeats } from './repeats';
import { ask, asksModel, looksAtImages, type Question, type RoundState, teach } from './round';
import { addRound, readResults, readRounds, writeResults } from './roundFiles';
import { hasScored, writeScored } from './scoredFile';
import { type BatchPick, poolOf } from './selectBatch';

/** Rounds of people: the same questions and trainings as in a benchmark, with files of the workspace between them. */

/** There is nothing left to ask for: no mistake, but the end of the work. */
export class PoolEmpty extends UserError {
  constructor(dataset: string, copies: number) {
    const but = copies === 0 ? '' : ` but for ${plural(copies, 'copy', 'copies')} with the same pixels`;
    super('input', `Every training image of ${dataset} has been asked for${but}; there is nothing left to query.`);
  }
}

/** Images that were asked for have no answer, and nobody said that more are wanted all the same. */
export class ImagesWaiting extends UserError {
  constructor(
    dataset: string,
    readonly waiting: WaitingImages,
  ) {
    const { rounds, unanswered, asked } = waiting;
    const which = rounds.length === 1 ? `Round ${rounds[0]}` : `Rounds ${rounds.join(', ')}`;
    super(
      'input',
      `${which} of ${dataset} still ${rounds.length === 1 ? 'has' : 'have'} ${unanswered} of ${asked} images without an answer; label them first, or pass --again to ask for more.`,
    );
  }
}

export interface RoundWish {
  /** Images to ask for. */
  readonly budget: number;
  readonly seed: number;
  /** How many per cent of the images everybody is to answer. */
  readonly everybody?: number;
  /** How many images each person is asked again, in per cent of the new ones. */
  readonly repeats?: number;
  /** Ask for more although earlier rounds have images without an answer. */
  readonly again: boolean;
  /** Ask for images with the same pixels as others, too. */
  readonly copies?: boolean;
}

/**
 * Asks for the next images and writes the round. Trains first when the question depends on a model and no stored one
 * belongs to the present labels.
 */
export async function nextRound(
  dataset: Dataset,
  looks: Looks,
  policy: Policy,
  wish: RoundWish,
  job: Job,
): Promise<RoundFile> {
  const { budget, seed, again } = wish;
  requireClasses(dataset);
  return addRound(
    dataset,
    async (rounds) => {
      const merged = await readUsableLabels(dataset, job);
      // the labels of a test set make no choice better
      const teaching = rounds.filter(({ purpose }) => purpose !== 'test');
      const pending = pendingImages(dataset, teaching, merged);
      if (pending.length > 0 && !again) throw unanswered(dataset, rounds, pending);
      const waiting = pending.flatMap((image) => dataset.indexOf(image) ?? []);
      const plain = stateOf(dataset, looks, merged, seed, waiting);
      const touched = new Set([...plain.excluded, ...plain.labelled.keys()]);
      const surplus = wish.copies ? new Set<number>() : await surplusCopies(dataset, touched, job);
      const state = { ...plain, excluded: new Set([...plain.excluded, ...surplus]) };
      if (poolOf(state).length === 0) throw new PoolEmpty(dataset.name, surplus.size);
      const trained = asksModel(policy, state) ? await trainedModel(policy, state, merged, job) : null;
      const round = (rounds.at(-1)?.round ?? 0) + 1;
      const question = { round, k: budget, model: trained?.model ?? null };
      const { state: present, picks } = await askForPresent(policy, state, question, job);
      const forAll = sharedPicks(picks.length, wish.everybody ?? 0, { seed, round });
      const percent = wish.repeats ?? 0;
      const repeats = drawRepeats(rounds, merged.answers, { percent, count: picks.length, seed, round });
      return roundFileOf(policy, present, { round, budget, picks, forAll, repeats, results: trained?.results ?? null });
    },
    job.signal,
  );
}

/** The same as `askOnce`, of images that somebody can look at: where a pick's file is gone, all whose files are gone are left out. */
async function askForPresent(policy: Policy, state: RoundState, question: Question, job: Job) {
  const { dataset, excluded } = state;
  const picks = await askOnce(policy, state, question, job);
  const lost = await goneImages(
    dataset,
    picks.map(({ index }) => index),
    job,
  );
  if (lost.size === 0) return { state, picks };
  const gone = await goneImages(dataset, poolOf(state), job);
  const present: RoundState = { ...state, excluded: new Set([...excluded, ...gone]) };
  if (poolOf(present).length === 0) throw allGone(dataset, gone);
  return { state: present, picks: await askOnce(policy, present, question, job) };
}

/** The same as `ask`, without near copies of a picture in one batch where the strategy looks at images at all. */
async function askOnce(policy: Policy, state: RoundState, question: Question, job: Job): Promise<BatchPick[]> {
  const picks = await ask(policy, state, question, job);
  if (picks.length < 2 || !looksAtImages(policy, state)) return picks;
  const more = (k: number, except: readonly number[]) =>
    ask(policy, { ...state, excluded: new Set([...state.excluded, ...except]) }, { ...question, k }, job);
  return withoutNearCopies(picks, await nearness(state.dataset, state.looks, job), more);
}

/** What was trained: the results, and the model that they speak of. */
export interface Training {
  /** False when the same labels had been trained on before; `results` are then the stored ones. */
  readonly trained: boolean;
  readonly results: ResultsFile;
  readonly model: FittedModel;
  /** What was trained on: image index → class index. */
  readonly labelled: ReadonlyMap<number, number>;
  /** Images that annotators disagree on; they were not trained on. */
  readonly conflicts: readonly Conflict[];
}

/** Trains on what is labelled and writes results and model; what was trained on the same labels before is read. Null when nothing is labelled. */
export async function trainStored(
  dataset: Dataset,
  looks: Looks,
  policy: TeachingPolicy,
  seed: number,
  job: Job,
): Promise<Training | null> {
  requireClasses(dataset);
  const merged = await readUsableLabels(dataset, job);
  const state = stateOf(dataset, looks, merged, seed);
  const wanted = { fits: fittingIn(policy, state), scored: true };
  return state.labelled.size === 0 ? null : train(policy, state, merged, wanted, job);
}

/**
 * The model to choose by. With the learner `auto` any stored one of the present labels will do: what the user trained is
 * good enough, and must not be replaced by a mere question.
 */
function trainedModel(policy: Policy, state: RoundState, merged: MergedLabels, job: Job): Promise<Training> {
  const fits = policy.learner === 'auto' ? () => true : fittingIn(policy, state);
  return train(policy, state, merged, { fits, scored: false }, job);
}

/** Whether stored results are what the policy would make again. */
function fittingIn(
  policy: TeachingPolicy,
  { dataset, looks, labelled, tested, seed }: RoundState,
): (results: ResultsFile) => boolean {
  const { learner, encoder } = startOf(policy, looks, labelled.size, dataset.file.classes.length);
  const { digest } = encoderStampOf(encoder);
  const test = testSetDigest(dataset, tested);
  return (results) =>
    results.encoder.digest === digest &&
    results.seed === seed &&
    results.learner === learner &&
    results.testSet?.labels === test;
}

/** Undefined where a test split is measured on, or nothing of the kind. */
const testSetDigest = (dataset: Dataset, tested: RoundState['tested']): string | undefined =>
  tested && dataset.test.length === 0 ? labelsDigest(dataset, tested) : undefined;

/** Which stored results will do. */
interface WantedResults {
  readonly fits: (results: ResultsFile) => boolean;
  /** Only those of which is known which images they were measured on. */
  readonly scored: boolean;
}

async function train(
  policy: TeachingPolicy,
  state: RoundState,
  { conflicts }: MergedLabels,
  wanted: WantedResults,
  job: Job,
): Promise<Training> {
  const { dataset, looks, labelled } = state;
  const labels = labelsDigest(dataset, labelled, state.reviewed);
  const stored = (await readResults(dataset)).findLast(
    (results) =>
      results.labels === labels &&
      results.dataset.digest === dataset.file.digest &&
      haveClasses(results, dataset.file.classes) &&
      startWithDigest(looks, results.encoder.digest) &&
      wanted.fits(results),
  );
  const start = stored && startWithDigest(looks, stored.encoder.digest);
  // a model that does not belong to its results is the trace of a crash: train again
  const known = stored && start && (await readModel(dataset, stored, start, looks.features).catch(() => null));
  if (stored && known && (!wanted.scored || (await hasScored(dataset, stored))))
    return { trained: false, results: stored, model: known, labelled, conflicts };
  const taught = await teach(policy, state, job);
  const model = await calibrated(dataset, taught.model, asked(state), job);
  const curve = taught.estimate ? await labelCurve(dataset, model, asked(state), job) : null;
  const outcome = { ...taught, model, curve };
  const round = (await readRounds(dataset)).at(-1)?.round ?? 0;
  const { encoder } = startOf(policy, looks, labelled.size, dataset.file.classes.length);
  const results = resultsFileOf(policy, state, { round, labels, encoder, outcome });
  await writeModel(dataset, results, outcome.model, encoder);
  await writeScored(dataset, results, outcome.scored);
  await writeResults(dataset, results);
  return { trained: true, results, model: outcome.model, labelled, conflicts };
}

/** Where a person's run stands, by the files. `waiting`: images that rounds asked for and nobody has answered. */
function stateOf(
  dataset: Dataset,
  looks: Looks,
  merged: MergedLabels,
  seed: number,
  waiting: readonly number[] = [],
): RoundState {
  const excluded = new Set([...merged.answered, ...merged.heldOut, ...waiting]);
  const labelled = trainingLabels(dataset, merged);
  const reviewed = new Set([...merged.reviewed].filter((i) => labelled.has(i)));
  const tested = testSetLabels(merged);
  const besides = { ...(reviewed.size > 0 ? { reviewed } : {}), ...(tested.size > 0 ? { tested } : {}) };
  return { dataset, looks, labelled, ...besides, excluded, seed };
}

function unanswered(dataset: Dataset, rounds: readonly RoundFile[], pending: readonly string[]): ImagesWaiting {
  const waiting = new Set(pending);
  const of = rounds.filter((round) => round.picks.some((pick) => waiting.has(pick.image)));
  const asked = of.reduce((sum, round) => sum + round.picks.length, 0);
  return new ImagesWaiting(dataset.name, {
    rounds: of.map(({ round }) => round),
    unanswered: pending.length,
    asked,
  });
}

interface Asked {
  readonly round: number;
  readonly budget: number;
  readonly picks: readonly BatchPick[];
  /** Which of them everybody answers, by place. */
  readonly forAll: ReadonlySet<number>;
  readonly repeats: readonly Repeat[];
  /** Of the model that decided; null when none did. */
  readonly results: ResultsFile | null;
}

/** Which picks everybody answers: some of them, drawn at random, so that how far people agree on them tells of all. */
function sharedPicks(
  count: number,
  percent: number,
  { seed, round }: { readonly seed: number; readonly round: number },
): ReadonlySet<number> {
  const shared = percent > 0 ? Math.max(1, Math.round((count * percent) / 100)) : 0;
  return new Set(Random.stream(seed, `everybody/${round}`).permutation(count).subarray(0, shared));
}

function roundFileOf(policy: Policy, state: RoundState, asked: Asked): RoundFile {
  const { round, budget, picks, forAll, repeats, results } = asked;
  const { dataset, looks, labelled, seed } = state;
  const { strategy, options, features, learner, first } = policy;
  return {
    schema: forAll.size + repeats.length > 0 ? 3 : 2,
    round,
    strategy,
    options,
    policy: { features, learner, first },
    seed,
    budget,
    dataset: { name: dataset.name, digest: dataset.file.digest },
    encoder: encoderStampOf(leadOf(looks.features)),
    model: results && { learner: results.learner, labels: results.labels },
    labelled: labelled.size,
    pool: poolOf(state).length,
    picks: picks.map(({ index, score, reason }, i) => ({
      image: dataset.images[index].id,
      score: Number.isFinite(score) ? score : null,
      reason,
      ...(forAll.has(i) ? { everybody: true as const } : {}),
    })),
    ...(repeats.length > 0 ? { repeats: [...repeats] } : {}),
  };
}

interface Taught {
  readonly round: number;
  /** Digest of what was trained on. */
  readonly labels: string;
  /** Where training started. */
  readonly encoder: Encoder;
  readonly outcome: FitOutcome & { readonly curve: LabelCurve | null };
}

function resultsFileOf(policy: TeachingPolicy, state: RoundState, taught: Taught): ResultsFile {
  const { dataset, labelled, reviewed, tested, seed } = state;
  const { round, labels, encoder, outcome } = taught;
  const test = testSetDigest(dataset, tested);
  const { model, metrics, estimate, curve, trainingSeconds } = outcome;
  return {
    schema: test === undefined ? 2 : 3,
    round,
    policy: { features: policy.features, learner: policy.learner },
    learner: model.learner,
    epochs: model.epochs,
    stopped: model.stopped,
    seed,
    dataset: { name: dataset.name, digest: dataset.file.digest },
    encoder: encoderStampOf(encoder),
    labelled: labelled.size,
    ...(reviewed ? { reviewed: reviewed.size } : {}),
    perClass: countClasses(dataset, labelled),
    classes: dataset.file.classes,
    labels,
    metrics,
    estimate,
    ...(curve ? { curve } : {}),
    ...(test === undefined ? {} : { testSet: { labels: test } }),
    trainingSeconds: Math.round(trainingSeconds * 1000) / 1000,
    model: places.model(round),
  };
}
