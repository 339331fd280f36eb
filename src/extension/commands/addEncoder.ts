import { l10n, Uri, window } from 'vscode';
import type { FeatureName } from '../../shared/features';
import { canNameEncoder, modelNameOf } from '../../shared/modelName';
import type { EngineJobs } from '../../shared/protocol/engine';
import type { DatasetState } from '../datasets/datasetState';
import { engineCode } from '../errors';
import type { Services } from '../services';
import { isolated, numberText, plainMessage } from '../text';

type Wish = EngineJobs['encoderAdd']['params'];
type Added = EngineJobs['encoderAdd']['result'];

/** Adds an ONNX file, or a folder with one, as an encoder; shows what was found. Undefined when it is not to be used. */
export async function addEncoder(
  services: Services,
  state: DatasetState,
  what: 'file' | 'folder',
): Promise<FeatureName | undefined> {
  const { ref } = state;
  const path = await pickModel(ref.workspace, what);
  if (path === undefined) return undefined;
  const name = await askName(state, path);
  if (name === undefined) return undefined;
  const wish: Wish = { workspace: ref.workspace, dataset: ref.name, path, name };
  let tried = await tryModel(services, state, wish);
  while (tried) {
    const answer = await showFound(tried.added);
    if (answer === 'use') return `external:${tried.added.name}`;
    const values = answer === 'values' ? await askValues() : undefined;
    if (!values) return undefined;
    tried = await tryModel(services, state, { ...tried.wish, ...values });
  }
  return undefined;
}

async function pickModel(workspace: string, what: 'file' | 'folder'): Promise<string | undefined> {
  const isFile = what === 'file';
  const [chosen] =
    (await window.showOpenDialog({
      title: isFile ? l10n.t('ONNX File') : l10n.t('Folder of a Model'),
      openLabel: l10n.t('Add Encoder'),
      canSelectFiles: isFile,
      canSelectFolders: !isFile,
      ...(isFile ? { filters: { ONNX: ['onnx'] } } : {}),
      defaultUri: Uri.file(workspace),
    })) ?? [];
  return chosen?.fsPath;
}

async function askName({ addedEncoders }: DatasetState, path: string): Promise<string | undefined> {
  const taken = new Set(addedEncoders.map(({ name }) => name));
  const own = modelNameOf(path);
  let free = canNameEncoder(own) ? own : 'encoder';
  for (let n = 2; taken.has(free); n++) free = `${own}-${n}`;
  return window.showInputBox({
    title: l10n.t('Name of the Encoder'),
    prompt: l10n.t('Charts and reports name it so.'),
    value: free,
    validateInput: (name) => {
      if (!canNameEncoder(name))
        return l10n.t(
          'Use 1 to 64 letters, digits, spaces or . _ - and another name than those that come with Warmstart.',
        );
      return taken.has(name) ? l10n.t('There is an encoder of that name already.') : undefined;
    },
  });
}

interface Tried {
  readonly added: Added;
  /** What the engine was told. */
  readonly wish: Wish;
}

/** The engine looks at the model and tries it; one that takes images of any size needs to be told which. */
async function tryModel(services: Services, state: DatasetState, wish: Wish): Promise<Tried | undefined> {
  const title = l10n.t('Trying the encoder {0}', isolated(wish.name ?? wish.path));
  try {
    const added = await services.jobs.run(title, state.ref, (run) => run('encoderAdd', wish));
    await services.datasets.refresh();
    return added && { added, wish };
  } catch (error) {
    if (engineCode(error) !== 'input' || wish.size !== undefined || !needsSize(error)) throw error;
    const size = await askSize();
    return size === undefined ? undefined : tryModel(services, state, { ...wish, size });
  }
}

const needsSize = (error: unknown): boolean => error instanceof Error && error.message.includes('add --size');

async function askSize(): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: l10n.t('Size of the Input'),
    prompt: l10n.t('The model takes images of any size. Pixels of the shorter side, of which the middle is taken:'),
    value: '224',
    validateInput: (value) => (/^[1-9]\d{0,3}$/.test(value.trim()) ? undefined : l10n.t('Give a number of pixels.')),
  });
  return text === undefined ? undefined : Number(text);
}

/** What was found, and whether it is right. */
async function showFound(added: Added): Promise<'use' | 'values' | undefined> {
  const { name, encoder, preprocessor } = added;
  const use = l10n.t('Use It');
  const values = l10n.t('Other Values…');
  const { files, input, output, preprocessing } = encoder;
  const digest = files[0]?.sha256.slice(0, 12) ?? '';
  const normalised = preprocessing.normalise
    ? l10n.t(
        'mean {0}, deviation {1}',
        preprocessing.normalise.mean.map((value) => numberText(value, 3)).join(' '),
        preprocessing.normalise.std.map((value) => numberText(value, 3)).join(' '),
      )
    : l10n.t('values from 0 to {0}', numberText(preprocessing.rescale === null ? 255 : 1));
  const detail = [
    l10n.t('Input: {0} × {1} pixels, {2}', input.width, input.height, input.channels === 3 ? 'RGB' : l10n.t('grey')),
    preprocessor === null
      ? l10n.t('Fed with {0}; no file beside it says so. Most networks expect other values.', normalised)
      : l10n.t('Fed with {0}, as preprocessor_config.json says', normalised),
    l10n.t(
      'Output: {0} ({1}), {2} numbers an image',
      isolated(output.name),
      output.pool,
      numberText(output.dimensions),
    ),
    l10n.t('Speed: {0} images/s, one by one', numberText(1 / Math.max(added.seconds, 1e-4), 1)),
    l10n.t('SHA-256: {0}…', digest),
  ];
  const buttons = preprocessor === null && preprocessing.normalise === null ? [use, values] : [use];
  const chosen = await window.showInformationMessage(
    plainMessage(l10n.t('The encoder {0} works.', isolated(name))),
    { modal: true, detail: detail.join('\n') },
    ...buttons,
  );
  return chosen === use ? 'use' : chosen === values ? 'values' : undefined;
}

/** Means and deviations that networks are usually trained with, on values from 0 to 1. */
const usualValues = [
  { label: 'ImageNet', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  { label: 'CLIP', mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  { label: '−1 … 1', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
] as const;

async function askValues(): Promise<Pick<Wish, 'mean' | 'std'> | undefined> {
  const items = usualValues.map(({ label, mean, std }) => ({
    label,
    description: l10n.t('mean {0}, deviation {1}', mean.join(' '), std.join(' ')),
    values: { mean, std },
  }));
  const title = l10n.t('What is the network fed with?');
  return (await window.showQuickPick(items, { title }))?.values;
}
