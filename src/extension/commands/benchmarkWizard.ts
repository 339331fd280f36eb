import { CancellationTokenSource, l10n, type QuickPick, type QuickPickItem } from 'vscode';
import { type FeatureName, featureNames, kindOf } from '../../shared/features';
import type { BenchmarkRequest, EngineJobs } from '../../shared/protocol/engine';
import { pairsNeeded } from '../../shared/signFlip';
import { isDatasetName } from '../../shared/workspace/datasetName';
import type { DatasetState } from '../datasets/datasetState';
import type { EngineClient } from '../engine/engineClient';
import { settingsOf } from '../settings';
import { strategyChoices } from '../strategies';
import { duration, isoDate, labelsText, numberText, plainLabel } from '../text';
import { fewLabels, type ProtocolChoice, protocolChoices } from './benchmarkProtocols';
import { askText, goThrough, keep, pickOne, pickSome, type Step } from './wizard';

/** What is to be done, and with what. */
export type BenchmarkWish =
  | { readonly where: 'here'; readonly request: BenchmarkRequest }
  | { readonly where: 'slurm'; readonly request: EngineJobs['benchmarkScripts']['params'] };

/** Asks how a benchmark is to be run, step by step and back again. `byPeople`: the labels that people gave answer it. */
export async function askBenchmark(
  state: DatasetState,
  byPeople: boolean,
  engine: Pick<EngineClient, 'run'>,
): Promise<BenchmarkWish | undefined> {
  const wizard = new BenchmarkWizard(state, byPeople, engine);
  return (await goThrough(l10n.t('Benchmark Strategies'), wizard.steps)) ? wizard.wish : undefined;
}

/** The steps of the wizard, and what was answered so far. */
class BenchmarkWizard {
  readonly steps: readonly Step[] = [
    this.protocolStep(),
    this.numbersStep(),
    this.strategiesStep(),
    this.featuresStep(),
    this.repetitionsStep(),
    this.nameStep(),
    this.whereStep(),
    this.timeStep(),
    this.optionsStep(),
  ];

  private protocol: ProtocolChoice | undefined;
  private numbers: Required<Pick<BenchmarkRequest, 'initial' | 'budget' | 'cycles'>>;
  private strategies: readonly string[];
  private features: readonly FeatureName[] = ['product'];
  private seeds: number | undefined;
  private name: string;
  private where: BenchmarkWish['where'] = 'here';
  private time = '04:00:00';
  private sbatch = '';

  constructor(
    private readonly state: DatasetState,
    private readonly byPeople: boolean,
    private readonly engine: Pick<EngineClient, 'run'>,
  ) {
    const { strategy, batchSize } = settingsOf(state.ref);
    this.strategies = [strategy, 'random'];
    this.numbers = fewLabels(this.subject, batchSize);
    this.name = freeName(state);
  }

  get wish(): BenchmarkWish {
    const { request, where, time } = this;
    if (where === 'here') return { where, request };
    const sbatch = this.sbatch.trim();
    return { where, request: { ...request, time: time.trim(), ...(sbatch ? { sbatch } : {}) } };
  }

  private get request(): BenchmarkRequest {
    const { workspace, name: dataset } = this.state.ref;
    const { name, strategies, features, seeds, numbers } = this;
    return {
      workspace,
      dataset,
      name,
      strategies,
      features,
      ...(this.protocol?.steps ?? numbers),
      ...(seeds === undefined ? {} : { seeds }),
      ...(this.byPeople ? { oracle: 'people' as const } : {}),
    };
  }

  /** What can be drawn from, and its classes. */
  private get subject() {
    const { file, labelled } = this.state;
    return this.byPeople ? { ...file, split: { ...file.split, train: labelled } } : file;
  }

  private protocolStep(): Step {
    return {
      ask: (place) => {
        const { labelled, ref } = this.state;
        const placeholder = this.byPeople
          ? l10n.t('How many labels? No class folders here: the {0} given so far answer', labelsText(labelled))
          : l10n.t('How many labels?');
        const items = protocolChoices(this.subject, settingsOf(ref).batchSize);
        const isChosen = ({ label }: ProtocolChoice) => label === this.protocol?.label;
        return keep(pickOne(place, { placeholder, items, isChosen }), (protocol) => {
          if (protocol.seeds !== this.protocol?.seeds) this.seeds = undefined;
          this.protocol = protocol;
        });
      },
    };
  }

  private numbersStep(): Step {
    return {
      isAsked: () => this.protocol?.steps === null,
      ask: (place) => {
        const { initial, budget, cycles } = this.numbers;
        const wish = {
          prompt: l10n.t('Labels to start with, labels that each query adds, number of trainings'),
          value: [initial, budget, cycles].join(', '),
          check: (text: string) => (stepsIn(text) ? undefined : l10n.t('Give three whole numbers, such as 14, 20, 5.')),
        };
        return keep(askText(place, wish), (text) => {
          this.numbers = stepsIn(text) ?? this.numbers;
        });
      },
    };
  }

  private strategiesStep(): Step {
    return {
      ask: (place) => {
        const items = strategyChoices().map(({ name, title, description }) => ({ label: title, description, name }));
        const choice = {
          placeholder: l10n.t('Which strategies? Random is always compared as well.'),
          items,
          isChosen: ({ name }: { name: string }) => this.strategies.includes(name),
        };
        const take = (picked: readonly { name: string }[]) => {
          this.strategies = picked.map(({ name }) => name);
        };
        return keep(pickSome(place, choice, take), take);
      },
    };
  }

  /** The kinds of features, as reports name them; what people get stands first. */
  private featuresStep(): Step {
    return {
      ask: (place) => {
        const { addedEncoders, encoder } = this.state;
        const added = addedEncoders.map(({ name }): FeatureName => `external:${name}`);
        const items = [...featureNames, ...added].map((name) => {
          const { title, hint, pretrained } = kindOf(name);
          const wait = pretrained && !encoder ? l10n.t('pre-trains first, which takes a while') : '';
          return { label: plainLabel(title), description: [hint, wait].filter(Boolean).join('; '), name };
        });
        const choice = {
          placeholder: l10n.t('What do models look at?'),
          items,
          isChosen: ({ name }: { name: FeatureName }) => this.features.includes(name),
        };
        const take = (picked: readonly { name: FeatureName }[]) => {
          this.features = picked.map(({ name }) => name);
        };
        return keep(pickSome(place, choice, take), take);
      },
    };
  }

  private repetitionsStep(): Step {
    return {
      ask: (place) => {
        const usual = this.protocol?.seeds ?? 1;
        const choice = {
          placeholder: l10n.t('How many repetitions?'),
          items: repetitionChoices(usual),
          isChosen: ({ seeds }: { seeds: number }) => seeds === (this.seeds ?? usual),
        };
        return keep(pickOne(place, choice), ({ seeds }) => {
          this.seeds = seeds;
        });
      },
    };
  }

  private nameStep(): Step {
    return {
      ask: (place) => {
        const wish = {
          prompt: l10n.t("Name of the benchmark. Enter an earlier one's name to continue it."),
          value: this.name,
          check: (name: string) => (isDatasetName(name) ? undefined : l10n.t('Use a name that a folder can have.')),
        };
        return keep(askText(place, wish), (text) => {
          this.name = text;
        });
      },
    };
  }

  /** The last one for most: what is about to be started, and about how long it takes. */
  private whereStep(): Step {
    return {
      ask: (place) => {
        const items: WhereChoice[] = [
          { label: l10n.t('$(play) Run It Here'), description: this.runsText(), where: 'here' },
          {
            label: l10n.t('$(server) Write Scripts for Slurm…'),
            description: l10n.t('for a cluster that sees this folder'),
            where: 'slurm',
          },
        ];
        const choice = {
          placeholder: l10n.t('Ready'),
          items,
          isChosen: ({ where }: WhereChoice) => where === this.where,
          onShow: (picker: QuickPick<WhereChoice>, signal: AbortSignal) => void this.tellTime(picker, signal),
        };
        return keep(pickOne(place, choice), ({ where }) => {
          this.where = where;
        });
      },
    };
  }

  private timeStep(): Step {
    return {
      isAsked: () => this.where === 'slurm',
      ask: (place) => {
        const wish = {
          prompt: l10n.t('Time limit of a task; one that is stopped by it goes on where it was.'),
          value: this.time,
          check: (text: string) =>
            /^(\d+-)?\d+(:\d+){0,2}$/.test(text.trim())
              ? undefined
              : l10n.t('Give minutes, or hours:minutes:seconds, such as 04:00:00.'),
        };
        return keep(askText(place, wish), (text) => {
          this.time = text;
        });
      },
    };
  }

  private optionsStep(): Step {
    return {
      isAsked: () => this.where === 'slurm',
      ask: (place) => {
        const wish = {
          prompt: l10n.t('Further options for sbatch; empty for none.'),
          placeholder: '--partition=cpu --account=lab',
          value: this.sbatch,
        };
        return keep(askText(place, wish), (text) => {
          this.sbatch = text;
        });
      },
    };
  }

  /** What is about to be started; random is always among the strategies. */
  private runsText(): string {
    const strategies = new Set([...this.strategies, 'random']).size;
    const looks = this.features.length;
    const seeds = this.seeds ?? 1;
    const runs = strategies * looks * seeds;
    const factors = [
      strategies === 1 ? l10n.t('1 strategy') : l10n.t('{0} strategies', strategies),
      ...(looks === 1 ? [] : [l10n.t('{0} feature sets', looks)]),
      seeds === 1 ? l10n.t('1 repetition') : l10n.t('{0} repetitions', seeds),
    ];
    return [runs === 1 ? l10n.t('1 run') : l10n.t('{0} runs', numberText(runs)), factors.join(' × ')].join(': ');
  }

  /** Says under the choice how long it takes, as soon as the engine has found out. */
  private async tellTime(picker: QuickPick<WhereChoice>, signal: AbortSignal): Promise<void> {
    const source = new CancellationTokenSource();
    signal.addEventListener('abort', () => source.cancel());
    picker.busy = true;
    const time = await this.engine.run('benchmarkTime', this.request, { token: source.token }).catch(() => null);
    source.dispose();
    if (signal.aborted) return;
    picker.busy = false;
    const [marked] = picker.activeItems;
    const detail = time === null ? unknownTime() : timeText(time);
    picker.items = picker.items.map((item) => (item.where === 'here' ? { ...item, detail } : item));
    picker.activeItems = picker.items.filter(({ where }) => where === marked?.where);
  }
}

interface WhereChoice extends QuickPickItem {
  readonly where: BenchmarkWish['where'];
}

const unknownTime = () => l10n.t('Nobody knows yet how long it takes: nothing like it was run on this machine');

function timeText({ runs, done, atATime, seconds, untimed }: EngineJobs['benchmarkTime']['result']): string {
  const before = done > 0 ? [l10n.t('{0} of {1} runs already done', numberText(done), numberText(runs))] : [];
  if (done === runs) return before.join('');
  if (seconds === null) return [...before, unknownTime()].join('. ');
  const about =
    seconds < 60
      ? l10n.t('Takes less than a minute, by earlier benchmarks on this machine')
      : l10n.t('Takes about {0} with {1} at a time, by earlier benchmarks on this machine', duration(seconds), atATime);
  const titles = strategyChoices().flatMap(({ name, title }) => (untimed.includes(name) ? [title] : []));
  const but = titles.length > 0 ? [l10n.t('never timed yet: {0}', titles.join(', '))] : [];
  return [...before, about, ...but].join('; ');
}

/** Three whole numbers with commas between; undefined for anything else. */
function stepsIn(text: string): Required<Pick<BenchmarkRequest, 'initial' | 'budget' | 'cycles'>> | undefined {
  const numbers = text.split(',').map(Number);
  const [initial, budget, cycles] = numbers.filter((n) => Number.isInteger(n) && n >= 1);
  if (numbers.length !== 3 || initial === undefined || budget === undefined || cycles === undefined) return undefined;
  return { initial, budget, cycles };
}

/** The usual number stands first. */
const repetitionChoices = (usual: number) =>
  [usual, ...[1, 3, 5, 10].filter((seeds) => seeds !== usual)].map((seeds) => ({
    label: seeds === 1 ? l10n.t('1 repetition') : l10n.t('{0} repetitions', seeds),
    description:
      seeds === 1
        ? l10n.t('quick, says nothing about chance')
        : seeds < pairsNeeded(1)
          ? fewRepetitions(seeds)
          : l10n.t('enough for differences to be significant'),
    seeds,
  }));

/** What tells numbers of repetitions apart that are too small for significance. */
function fewRepetitions(seeds: number): string {
  const needed = pairsNeeded(1);
  return seeds < 5
    ? l10n.t('descriptive only: significance needs {0} or more', needed)
    : l10n.t('steadier averages; significance needs {0} or more', needed);
}

/** That of a benchmark that was stopped, or today's date. */
function freeName({ benchmarks }: DatasetState): string {
  const unfinished = benchmarks.find(({ report }) => report === null);
  if (unfinished) return unfinished.name;
  const taken = new Set(benchmarks.map(({ name }) => name));
  const today = isoDate(new Date());
  let free = today;
  for (let n = 2; taken.has(free); n++) free = `${today}-${n}`;
  return free;
}
