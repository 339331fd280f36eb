import { commands, l10n, type QuickPickItem, QuickPickItemKind, Range, Uri, window } from 'vscode';
import type { Answers } from '../datasets/answers';
import type { DatasetState } from '../datasets/datasetState';
import { offer } from '../notify';
import type { Services } from '../services';
import { isolated, numberText, plainLabel } from '../text';
import { pickDataset } from './pickDataset';

/** Most entries of one kind in the list; the rest is in the files. */
const MOST = 500;

interface Choice extends QuickPickItem {
  readonly run: () => Promise<unknown>;
}

/** Lists what is worth a second look (damaged files, disagreement, flags, skips), and the label files themselves. */
export async function reviewLabels(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref } = state;
  const answers = await services.datasets.answers(state);
  if (answers.files.length === 0 && answers.problems.length === 0) {
    await offer(l10n.t('Nobody has labelled anything of {0} yet.', isolated(ref.name)), {
      title: l10n.t('Run Active Round'),
      run: () => commands.executeCommand('warmstart.runRound', ref),
    });
    return;
  }
  const picked = await window.showQuickPick(choices(services, state, answers), {
    title: l10n.t('Labels of {0}', isolated(ref.name)),
    placeHolder: l10n.t('Pick an image to look at again, or a file to open'),
    matchOnDescription: true,
  });
  await picked?.run();
}

function choices(services: Services, state: DatasetState, { merged, answers, files, problems }: Answers): Choice[] {
  const show = (image: string) => () => showImage(services, state, image, files[0]?.file);
  const conflicts = merged.conflicts.map(({ image, answers: given }) => ({
    label: `$(warning) ${plainLabel(image)}`,
    description: plainLabel(given.map(({ annotator, label }) => `${annotator}: ${label}`).join(' · ')),
    run: show(image),
  }));
  const flagged = answers
    .filter(({ flag }) => flag !== undefined)
    .map(({ image, flag, annotator }) => ({
      label: `$(flag) ${plainLabel(image)}`,
      description: plainLabel([annotator, flag].filter((text) => text).join(': ')),
      run: show(image),
    }));
  const skipped = [...merged.skipped].map((image) => ({
    label: `$(debug-step-over) ${plainLabel(image)}`,
    run: show(image),
  }));
  const damaged = problems.map(({ file, message }) => ({
    label: `$(error) ${plainLabel(fileName(file))}`,
    description: plainLabel(message),
    run: () => openText(file),
  }));
  const own = files.map(({ annotator, file, answers: n }) => ({
    label: `$(json) ${plainLabel(annotator)}`,
    description: n === 1 ? l10n.t('1 answer') : l10n.t('{0} answers', numberText(n)),
    run: () => openText(file),
  }));
  return [
    ...section(l10n.t('Damaged files'), damaged),
    ...section(l10n.t('Annotators disagree'), conflicts),
    ...section(l10n.t('Label files'), own),
    ...section(l10n.t('Flagged'), flagged),
    ...section(l10n.t('Skipped by everybody'), skipped),
  ];
}

function section(title: string, items: readonly Choice[]): Choice[] {
  if (items.length === 0) return [];
  const label =
    items.length > MOST ? l10n.t('{0}: the first {1} of {2}', title, MOST, numberText(items.length)) : title;
  const separator = { label, kind: QuickPickItemKind.Separator, run: async () => {} };
  return [separator, ...items.slice(0, MOST)];
}

/** In the panel of the round that asked for it; an image that came in otherwise is shown in its label file. */
async function showImage(services: Services, state: DatasetState, image: string, file?: string): Promise<void> {
  const round = await services.datasets.roundOf(state, image);
  if (round !== undefined) await services.labelling.open(state.ref, round, image);
  else if (file !== undefined) await openText(file, image);
}

async function openText(file: string, image?: string): Promise<void> {
  const editor = await window.showTextDocument(Uri.file(file));
  const at = image === undefined ? -1 : editor.document.getText().indexOf(JSON.stringify(image));
  if (at < 0) return;
  const position = editor.document.positionAt(at);
  editor.revealRange(new Range(position, position));
}

const fileName = (path: string) => path.split(/[/\\]/).at(-1) ?? path;
