import { l10n, window } from 'vscode';
import { type FeatureName, featureNames, kindOf } from '../../shared/features';
import type { EngineJobs } from '../../shared/protocol/engine';
import { pairsNeeded } from '../../shared/signFlip';
import type { DatasetState } from '../datasets/datasetState';
import { hasKnownLabels } from '../datasets/knownLabels';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { strategyChoices } from '../strategies';
import { isoDate, isolated, numberText, plainLabel } from '../text';
import { type BenchmarkSteps, fewLabels, protocolChoices } from './benchmarkProtocols';
import { pickDataset } from './pickDataset';

type Params = EngineJobs['benchmark']['params'];

/** Compares strategies on labels that the dataset's folders tell; goes on where one of that name was stopped. */
export async function benchmark(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref } = state;
  if (!(await hasKnownLabels(state)))
    throw new Refusal(
      l10n.t(
        'Benchmarks need known labels, and {0} has no class folders; make a dataset of a folder with one sub-folder per class.',
        isolated(ref.name),
      ),
    );
  const params = await ask(state);
  if (!params) return;
  const title = l10n.t('Benchmark {0} of {1}', isolated(params.name), isolated(ref.name));
  const outcome = await services.jobs.run(title, ref, (run) => run('benchmark', params));
  await services.datasets.refresh();
  if (outcome) await services.charts.openBenchmark(ref, params.name);
  else tell(l10n.t('The benchmark was stopped; run it again under the same name to go on from there.'));
}

async function ask(state: DatasetState): Promise<Params | undefined> {
  const chosen = await askSteps(state);
  if (!chosen) return undefined;
  const strategies = await askStrategies(state);
  if (!strategies || strategies.length === 0) return undefined;
  const features = await askFeatures(state);
  if (!features || features.length === 0) return undefined;
  const seeds = await askSeeds(chosen.seeds);
  if (seeds === undefined) return undefined;
  const name = await askName(state, runsText(strategies, features, seeds));
  if (name === undefined) return undefined;
  const { workspace, name: dataset } = state.ref;
  return { workspace, dataset, name, strategies, features, ...chosen.steps, seeds };
}

/** What is about to be started; random is always among the strategies. */
function runsText(strategies: readonly string[], features: readonly string[], seeds: number): string {
  const compared = new Set([...strategies, 'random']).size;
  const runs = numberText(compared * features.length * seeds);
  return l10n.t(
    '{0} runs: {1} strategies × {2} ways to look × {3} repetitions.',
    runs,
    compared,
    features.length,
    seeds,
  );
}

async function askStrategies({ ref }: DatasetState): Promise<string[] | undefined> {
  const own = settingsOf(ref).strategy;
  const items = strategyChoices().map(({ name, title, description }) => ({
    label: title,
    description,
    name,
    picked: name === own || name === 'random',
  }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Strategies (2 of 5)'),
    placeHolder: l10n.t('Random is always compared as well.'),
    canPickMany: true,
  });
  return picked?.map(({ name }) => name);
}

/** The kinds of features, as reports name them; what people get stands first. */
async function askFeatures({ encoder, addedEncoders }: DatasetState): Promise<FeatureName[] | undefined> {
  const added = addedEncoders.map(({ name }): FeatureName => `external:${name}`);
  const items = [...featureNames, ...added].map((name) => {
    const { title, hint, pretrained } = kindOf(name);
    const wait = pretrained && !encoder ? l10n.t('pre-trains first, which takes a while') : '';
    return {
      label: plainLabel(title),
      description: [hint, wait].filter(Boolean).join('; '),
      name,
      picked: name === 'product',
    };
  });
  const picked = await window.showQuickPick(items, {
    title: l10n.t('What models look at (3 of 5)'),
    canPickMany: true,
  });
  return picked?.map(({ name }) => name);
}

interface ChosenSteps {
  readonly steps: BenchmarkSteps;
  /** Usual number of repetitions. */
  readonly seeds: number;
}

async function askSteps({ file, ref }: DatasetState): Promise<ChosenSteps | undefined> {
  const { batchSize } = settingsOf(ref);
  const picked = await window.showQuickPick(protocolChoices(file, batchSize), {
    title: l10n.t('Number of labels (1 of 5)'),
    matchOnDescription: true,
  });
  if (!picked) return undefined;
  const { seeds } = picked;
  const steps = picked.steps ?? (await askNumbers(fewLabels(file, batchSize)));
  return steps && { steps, seeds };
}

async function askNumbers(usual: ReturnType<typeof fewLabels>): Promise<BenchmarkSteps | undefined> {
  const text = await window.showInputBox({
    title: l10n.t('Number of labels (1 of 5)'),
    prompt: l10n.t('Labels to start with, labels that each query adds, number of trainings'),
    value: [usual.initial, usual.budget, usual.cycles].join(', '),
    validateInput: (value) => (stepsIn(value) ? undefined : l10n.t('Give three whole numbers, such as 14, 20, 5.')),
  });
  return text === undefined ? undefined : stepsIn(text);
}

/** Three whole numbers with commas between; undefined for anything else. */
function stepsIn(text: string): BenchmarkSteps | undefined {
  const numbers = text.split(',').map(Number);
  const [initial, budget, cycles] = numbers.filter((n) => Number.isInteger(n) && n >= 1);
  if (numbers.length !== 3 || initial === undefined || budget === undefined || cycles === undefined) return undefined;
  return { initial, budget, cycles };
}

/** The usual number stands first. */
async function askSeeds(usual: number): Promise<number | undefined> {
  const items = [usual, ...[1, 3, 5, 10].filter((seeds) => seeds !== usual)].map((seeds) => ({
    label: seeds === 1 ? l10n.t('1 repetition') : l10n.t('{0} repetitions', seeds),
    description:
      seeds === 1
        ? l10n.t('quick, says nothing about chance')
        : seeds < pairsNeeded(1)
          ? fewRepetitions(seeds)
          : l10n.t('enough for differences to be significant'),
    seeds,
  }));
  return (await window.showQuickPick(items, { title: l10n.t('Repetitions (4 of 5)') }))?.seeds;
}

/** What tells numbers of repetitions apart that are too small for significance. */
function fewRepetitions(seeds: number): string {
  const needed = pairsNeeded(1);
  return seeds < 5
    ? l10n.t('descriptive only: significance needs {0} or more', needed)
    : l10n.t('steadier averages; significance needs {0} or more', needed);
}

async function askName({ benchmarks }: DatasetState, runs: string): Promise<string | undefined> {
  const unfinished = benchmarks.find(({ report }) => report === null);
  const taken = new Set(benchmarks.map(({ name }) => name));
  const today = isoDate(new Date());
  let free = today;
  for (let n = 2; taken.has(free); n++) free = `${today}-${n}`;
  return window.showInputBox({
    title: l10n.t('Name (5 of 5)'),
    prompt: [runs, l10n.t("Enter an earlier benchmark's name to continue it.")].join(' '),
    value: unfinished?.name ?? free,
    validateInput: (name) =>
      /^[^./\\<>:"|?*][^/\\<>:"|?*]*$/.test(name) ? undefined : l10n.t('Use a name that a folder can have.'),
  });
}
