import { commands, l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { Answers } from '../datasets/answers';
import type { DatasetState } from '../datasets/datasetState';
import { offer } from '../notify';
import type { Services } from '../services';
import { isolated, numberText, plainLabel } from '../text';
import { pickDataset } from './pickDataset';
import { reopenedText } from './settle';
import { openText, showImage } from './showImage';

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
  const command = (id: string) => async () => {
    await commands.executeCommand(id, state.ref);
  };
  const conflicts = merged.conflicts.map(({ image, answers: given, reopened }) => ({
    label: `$(warning) ${plainLabel(image)}`,
    description: plainLabel(given.map(({ annotator, label }) => `${annotator}: ${label}`).join(' · ')),
    ...(reopened ? { detail: reopenedText(reopened.label, reopened.by) } : {}),
    run: show(image),
  }));
  if (conflicts.length > 0)
    conflicts.unshift({
      label: `$(law) ${l10n.t('Settle…')}`,
      description: l10n.t('by majority, by a person, or one by one'),
      run: command('warmstart.settle'),
    });
  const settled = [...merged.settled].map(([image, { label, by, of }]) => ({
    label: `$(law) ${plainLabel(image)}`,
    description: plainLabel(
      of === undefined
        ? l10n.t('{0}, settled by {1}', isolated(label), isolated(by))
        : l10n.t('{0}, as {1} says, settled by {2}', isolated(label), isolated(of), isolated(by)),
    ),
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
  const agreement = {
    label: `$(organization) ${l10n.t('Show Agreement')}`,
    description: l10n.t('counts by person and class, and how far people agree'),
    run: command('warmstart.showAgreement'),
  };
  return [
    ...section(l10n.t('Damaged files'), damaged),
    ...section(l10n.t('Annotators disagree'), conflicts),
    ...section(l10n.t('Label files'), [...own, agreement]),
    ...section(l10n.t('Settled'), settled),
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

const fileName = (path: string) => path.split(/[/\\]/).at(-1) ?? path;
