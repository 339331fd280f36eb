import { l10n, type QuickPickItem, window } from 'vscode';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { DatasetState } from '../datasets/datasetState';
import { hasKnownLabels } from '../datasets/knownLabels';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { strategyChoices } from '../strategies';
import { isoDate, number } from '../text';
import { pickDataset } from './pickDataset';

type Params = EngineJobs['benchmark']['params'];
type Protocol = Pick<Params, 'initial' | 'budget' | 'cycles'>;

/** Compares strategies on labels that the dataset's folders tell; goes on where one of that name was stopped. */
export async function benchmark(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref } = state;
  if (!(await hasKnownLabels(state)))
    throw new Refusal(
      l10n.t(
        'A benchmark answers its own questions from class folders, and {0} has none; make a dataset of a folder with one sub-folder a class.',
        ref.name,
      ),
    );
  const params = await ask(state);
  if (!params) return;
  const title = l10n.t('Benchmark {0} of {1}', params.name, ref.name);
  const outcome = await services.jobs.run(title, ref, (run) => run('benchmark', params));
  await services.datasets.refresh();
  if (outcome) await services.charts.openBenchmark(ref, params.name);
  else tell(l10n.t('The benchmark was stopped; run it again under the same name to go on from there.'));
}

async function ask(state: DatasetState): Promise<Params | undefined> {
  const strategies = await askStrategies(state);
  if (!strategies || strategies.length === 0) return undefined;
  const pretrained = await askPretrained(state);
  if (!pretrained) return undefined;
  const protocol = await askProtocol(state);
  if (!protocol) return undefined;
  const seeds = await askSeeds();
  if (seeds === undefined) return undefined;
  const name = await askName(state);
  if (name === undefined) return undefined;
  return { workspace: state.ref.workspace, dataset: state.ref.name, name, strategies, pretrained, ...protocol, seeds };
}

async function askStrategies({ ref }: DatasetState): Promise<string[] | undefined> {
  const own = settingsOf(ref).strategy;
  const items = strategyChoices().map(({ name, title, description }) => ({
    ...{ label: title, description, name },
    picked: name === own || name === 'random',
  }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Strategies (1 of 5)'),
    placeHolder: l10n.t('Random is always among them'),
    canPickMany: true,
  });
  return picked?.map(({ name }) => name);
}

async function askPretrained({ encoder }: DatasetState): Promise<Params['pretrained'] | undefined> {
  const minutes = l10n.t('pre-trains first, which takes a while');
  const items: (QuickPickItem & { which: Params['pretrained'] })[] = [
    { label: l10n.t('Pre-trained encoder'), description: encoder ? '' : minutes, which: 'yes' },
    { label: l10n.t('Both'), description: l10n.t('shows what pre-training brings; takes much longer'), which: 'both' },
    { label: l10n.t('Random weights'), description: l10n.t('every model is trained from nothing; slow'), which: 'no' },
  ];
  return (await window.showQuickPick(items, { title: l10n.t('Encoder (2 of 5)') }))?.which;
}

async function askProtocol({ file, ref }: DatasetState): Promise<Protocol | undefined> {
  const pool = file.split.train;
  const share = (percent: number) => Math.max(1, Math.floor((pool * percent) / 100));
  const few = { initial: Math.min(pool, 2 * file.classes.length), budget: settingsOf(ref).batchSize, cycles: 5 };
  const paper = { initial: share(10), budget: share(5), cycles: 7 };
  const text = ({ initial, budget, cycles }: Protocol) =>
    l10n.t('{0} labels, then {1} more, {2} trainings', number(initial), number(budget), cycles);
  const items: (QuickPickItem & { protocol: Protocol | null })[] = [
    { label: l10n.t('Few labels'), description: text(few), protocol: few },
    { label: l10n.t('As in the paper (10 %, then 5 % each)'), description: text(paper), protocol: paper },
    { label: l10n.t('Other Numbers…'), protocol: null },
  ];
  const picked = await window.showQuickPick(items, { title: l10n.t('Budget (3 of 5)') });
  return picked && (picked.protocol ?? askNumbers(few));
}

async function askNumbers(usual: Protocol): Promise<Protocol | undefined> {
  const parse = (text: string) => text.split(',').map(Number);
  const isValid = (numbers: number[]) => numbers.length === 3 && numbers.every((n) => Number.isInteger(n) && n >= 1);
  const text = await window.showInputBox({
    title: l10n.t('Budget (3 of 5)'),
    prompt: l10n.t('Labels to start with, labels that each query adds, number of trainings'),
    value: [usual.initial, usual.budget, usual.cycles].join(', '),
    validateInput: (value) =>
      isValid(parse(value)) ? undefined : l10n.t('Give three whole numbers, such as 14, 20, 5.'),
  });
  if (text === undefined) return undefined;
  const [initial, budget, cycles] = parse(text);
  return { initial, budget, cycles };
}

async function askSeeds(): Promise<number | undefined> {
  const items = [1, 3, 5, 10].map((seeds) => ({
    label: seeds === 1 ? l10n.t('1 repetition') : l10n.t('{0} repetitions', seeds),
    description: seeds === 1 ? l10n.t('quick, says nothing about chance') : '',
    seeds,
  }));
  const [one, three, ...rest] = items;
  return (await window.showQuickPick([three, one, ...rest], { title: l10n.t('Repetitions (4 of 5)') }))?.seeds;
}

async function askName({ benchmarks }: DatasetState): Promise<string | undefined> {
  const unfinished = benchmarks.find(({ report }) => report === null);
  const taken = new Set(benchmarks.map(({ name }) => name));
  const today = isoDate(new Date());
  let free = today;
  for (let n = 2; taken.has(free); n++) free = `${today}-${n}`;
  return window.showInputBox({
    title: l10n.t('Name (5 of 5)'),
    prompt: l10n.t('The name of an earlier benchmark goes on with that one.'),
    value: unfinished?.name ?? free,
    validateInput: (name) =>
      /^[^./\\<>:"|?*][^/\\<>:"|?*]*$/.test(name) ? undefined : l10n.t('Use a name that a folder can have.'),
  });
}
