import { commands, l10n } from 'vscode';
import { type FeatureName, kindOf } from '../../shared/features';
import type { EngineJobs, WaitingImages } from '../../shared/protocol/engine';
import type { ResultsFile } from '../../shared/schema/results';
import type { DatasetRef } from '../../shared/workspace/paths';
import { gainSentence } from '../adviceTexts';
import { annotatorOf } from '../answers/annotator';
import { type DatasetState, latestResults, leftFor, teachingRound } from '../datasets/datasetState';
import { isSettled } from '../encoders/inUse';
import { showFailure } from '../errors';
import { mention, offer, tell } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { imagesText, isolated, labelsText, percentText } from '../text';
import { offerContinuing } from './continueEncoder';
import { pickDataset } from './pickDataset';
import { chooseEncoder } from './settleEncoder';

/**
 * The whole step: trains on what is labelled, chooses the next images, and opens them for labelling. Leads through what is
 * missing first: a dataset, a choice of encoder, the answers of the round before.
 */
export async function runRound(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  if (state.file.classes.length < 2) return offerClasses(state);
  const annotator = annotatorOf(settingsOf(state.ref).annotator);
  const waiting = teachingRound(state, annotator);
  if (waiting) {
    const unanswered = leftFor(waiting, annotator);
    return offerMore(services, state, { rounds: [waiting.round], unanswered, asked: waiting.asked });
  }
  if (!(await isEncoderSettled(services, state))) return;
  await trainAndQuery(services, state);
}

/** A dataset may begin without classes; images can't be told apart before there are two. */
async function offerClasses({ ref, file }: DatasetState): Promise<void> {
  const [only] = file.classes;
  const message =
    only === undefined
      ? l10n.t(
          '{0} has no classes yet; add at least two, so that there is something to tell apart.',
          isolated(ref.name),
        )
      : l10n.t('{0} has only the class "{1}"; add at least one more.', isolated(ref.name), isolated(only));
  await offer(message, {
    title: l10n.t('Add Class'),
    run: () => commands.executeCommand('warmstart.addClass', ref),
  });
}

/** Asks which encoder rounds look through, where neither the import nor anybody else said so. True when the round may go on. */
async function isEncoderSettled(services: Services, state: DatasetState): Promise<boolean> {
  const isLearning = services.jobs.taskOn(state.ref, 'pretrain') !== undefined; // rounds look through HOG meanwhile
  return isLearning || isSettled(state) || (await chooseEncoder(services, state)) !== undefined;
}

/** The answers come first, because they make the next choice better; who wants more images all the same gets them. */
async function offerMore(services: Services, state: DatasetState, waiting: WaitingImages): Promise<void> {
  const { rounds, unanswered, asked } = waiting;
  const [first, ...others] = rounds;
  if (first === undefined) return;
  await services.labelling.open(state.ref, first);
  tell(
    others.length === 0
      ? l10n.t(
          'Round {0} of {1} still waits for {2} of {3} answers. They make the next choice better, so give them first.',
          first,
          isolated(state.ref.name),
          unanswered,
          asked,
        )
      : l10n.t(
          'Rounds {0} of {1} still wait for {2} of {3} answers. They make the next choice better, so give them first.',
          rounds.join(', '),
          isolated(state.ref.name),
          unanswered,
          asked,
        ),
    { title: l10n.t('Choose More Images Now'), run: () => runAgain(services, state.ref) },
  );
}

/** The message may have stood there for long. */
async function runAgain(services: Services, ref: DatasetRef): Promise<void> {
  try {
    const state = await pickDataset(services, ref);
    if (state && (await isEncoderSettled(services, state))) await trainAndQuery(services, state, true);
  } catch (error) {
    await showFailure(error, services.log);
  }
}

async function trainAndQuery(services: Services, state: DatasetState, again = false): Promise<void> {
  const { ref, labelled } = state;
  const { strategy, batchSize, everybody, repeats, learner, seed } = settingsOf(ref);
  const address = { workspace: ref.workspace, dataset: ref.name };
  const title = l10n.t('Active round of {0}', isolated(ref.name));
  let evidence: EngineJobs['train']['result']['evidence'];
  const outcome = await services.jobs.run(title, ref, async (run) => {
    const trained = labelled > 0 ? await run('train', { ...address, learner, seed }) : null;
    evidence = trained?.evidence;
    const people = { ...(everybody > 0 ? { everybody } : {}), ...(repeats > 0 ? { repeats } : {}) };
    return run('query', { ...address, strategy, budget: batchSize, seed, again, ...people });
  });
  await services.datasets.refresh();
  if (!outcome) return;
  const { round, note, waiting } = outcome;
  if (waiting) return offerMore(services, state, waiting); // asked for meanwhile, by another window or the command line
  if (!round) return showEnd(services, ref);
  if (note) services.log.info(`${ref.name}: ${note}`);
  await services.labelling.open(ref, round.round);
  await tellRound(services, state, round.round, round.picks.length, note);
  await offerContinuing(services, ref);
  if (evidence) tellEvidence(ref, evidence);
}

/** Nothing is left to ask for: what all the labels have brought. */
async function showEnd({ datasets, charts }: Services, ref: DatasetState['ref']): Promise<void> {
  const state = await datasets.read(ref);
  const results = state && 'file' in state ? latestResults(state) : null;
  const review = { title: l10n.t('Review Labels'), run: () => commands.executeCommand('warmstart.reviewLabels', ref) };
  if (!results) {
    tell(
      l10n.t(
        'Every training image of {0} is answered, but none has a label to train on; look at the skips.',
        isolated(ref.name),
      ),
      review,
    );
    return;
  }
  await charts.open(ref);
  const done = l10n.t(
    'Every training image of {0} is answered, and Warmstart has trained on {1}; there is nothing left to ask for.',
    isolated(ref.name),
    labelsText(results.labelled),
  );
  tell([done, ...accuracySentence(results)].join(' '), review);
}

/** In the status bar, because the panel that has just opened is what counts. */
async function tellRound(
  { datasets }: Services,
  { ref }: DatasetState,
  round: number,
  asked: number,
  note: string | undefined,
): Promise<void> {
  const sentences = [l10n.t('Round {0} of {1}: {2} to label.', round, isolated(ref.name), imagesText(asked))];
  const state = await datasets.read(ref);
  const results = state && 'file' in state ? latestResults(state) : null;
  const gain = state && 'file' in state ? gainSentence(state) : [];
  mention([...sentences, ...accuracySentence(results), ...gain].join(' '));
  if (note) tell(note);
}

/** Training has found that the labels speak for another encoder than the one that was guessed; a person decides. */
function tellEvidence(ref: DatasetRef, { use, why }: { use: FeatureName; why: string }): void {
  const title = isolated(kindOf(use).title);
  tell(l10n.t('The labels of {0} speak for another encoder, {1} ({2}).', isolated(ref.name), title, why), {
    title: l10n.t('Use It'),
    run: () => commands.executeCommand('warmstart.useEncoder', ref, { use }),
  });
}

export function accuracySentence(results: ResultsFile | null): string[] {
  if (!results?.metrics) return [];
  const accuracy = percentText(results.metrics.accuracy);
  const from = labelsText(results.labelled);
  return [
    results.estimate
      ? l10n.t('Accuracy so far about {0} with {1}.', accuracy, from)
      : l10n.t('Accuracy so far {0} with {1}.', accuracy, from),
  ];
}
