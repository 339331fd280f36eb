import { l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { Conflict } from '../../shared/workspace/labels';
import { classBy, type SettleRule } from '../../shared/workspace/settleRule';
import { annotatorOf } from '../answers/annotator';
import type { DatasetState } from '../datasets/datasetState';
import { tell } from '../notify';
import type { Services } from '../services';
import { settingsOf } from '../settings';
import { imagesText, isolated, numberText, plainLabel } from '../text';
import { pickDataset } from './pickDataset';
import { showImage } from './showImage';

/** Most images in the list; the rest comes up as these are settled. */
const MOST = 500;

/** What a choice settles; or an image to look at and to decide alone. */
interface Choice extends QuickPickItem {
  readonly rule?: SettleRule;
  readonly conflict?: Conflict;
}

/** Settles images on which people differ: all at once by a rule, or one by one. People's answers stay as they are. */
export async function settle(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  for (let isFirst = true; ; isFirst = false) {
    const { conflicts } = (await services.datasets.answers(state)).merged;
    if (conflicts.length === 0) {
      if (isFirst)
        tell(l10n.t('People agree on every image of {0} that several of them labelled.', isolated(state.ref.name)));
      return;
    }
    const choice = await window.showQuickPick(choices(conflicts), {
      title: l10n.t('Settle {0} of {1}', imagesText(conflicts.length), isolated(state.ref.name)),
      placeHolder: l10n.t('Pick a rule for all, or an image; the answers themselves stay as they are'),
      matchOnDescription: true,
    });
    if (choice?.rule) return settleAll(services, state, choice.rule);
    if (!choice?.conflict || !(await settleOne(services, state, choice.conflict))) return;
  }
}

function choices(conflicts: readonly Conflict[]): Choice[] {
  const people = [...new Set(conflicts.flatMap(({ answers }) => answers.map(({ annotator }) => annotator)))].sort();
  const settles = (rule: SettleRule) =>
    l10n.t(
      'settles {0} of {1}',
      numberText(conflicts.filter(({ answers }) => classBy(rule, answers) !== undefined).length),
      numberText(conflicts.length),
    );
  const rules = [
    { label: l10n.t('By Majority'), rule: { how: 'majority' } as const },
    ...people.map((of) => ({
      label: l10n.t('As {0} Says', plainLabel(isolated(of))),
      rule: { how: 'answer', of } as const,
    })),
  ];
  const images = conflicts.slice(0, MOST).map((conflict) => ({
    label: plainLabel(conflict.image),
    description: plainLabel(conflict.answers.map(({ annotator, label }) => `${annotator}: ${label}`).join(' · ')),
    ...(conflict.reopened ? { detail: reopenedText(conflict.reopened.label, conflict.reopened.by) } : {}),
    conflict,
  }));
  return [
    { label: l10n.t('All of them'), kind: QuickPickItemKind.Separator },
    ...rules.map((item) => ({ ...item, description: settles(item.rule) })),
    { label: l10n.t('One by one'), kind: QuickPickItemKind.Separator },
    ...images,
  ];
}

export const reopenedText = (label: string, by: string): string =>
  l10n.t(
    'was settled to {0} by {1}, before another answer came in',
    plainLabel(isolated(label)),
    plainLabel(isolated(by)),
  );

/** Asks for the class of one image. False when nothing was settled. */
async function settleOne(services: Services, state: DatasetState, { image, answers }: Conflict): Promise<boolean> {
  const look = { label: `$(eye) ${l10n.t('Look at the Image')}` };
  const said = (name: string) => answers.filter(({ label }) => label === name).map(({ annotator }) => annotator);
  const classes = state.file.classes.map((name) => ({
    label: plainLabel(name),
    description: plainLabel(said(name).join(', ')),
    name,
  }));
  const given = classes.filter(({ description }) => description !== '');
  const others = classes.filter(({ description }) => description === '');
  const separator = { label: l10n.t('Nobody said'), kind: QuickPickItemKind.Separator };
  const picked = await window.showQuickPick<QuickPickItem & { readonly name?: string }>(
    [...given, look, ...(others.length > 0 ? [separator, ...others] : [])],
    { title: l10n.t('The class of {0}', isolated(image)) },
  );
  if (picked === look) await showImage(services, state, image);
  if (picked?.name === undefined) return false;
  await request(services, state, { how: 'decision', label: picked.name }, [image]);
  return true;
}

async function settleAll(services: Services, state: DatasetState, rule: SettleRule): Promise<void> {
  const { settled, left } = await request(services, state, rule);
  const done = l10n.t('Settled {0} of {1}.', imagesText(settled), isolated(state.ref.name));
  if (left.length === 0) tell(done);
  else tell([done, l10n.t('The rule gives {0} no class.', imagesText(left.length))].join(' '));
}

async function request({ engine, datasets }: Services, { ref }: DatasetState, rule: SettleRule, images?: string[]) {
  const { workspace, name: dataset } = ref;
  const annotator = annotatorOf(settingsOf(ref).annotator);
  const params = { workspace, dataset, annotator, rule, ...(images ? { images } : {}) };
  const result = await engine.request('labels/settle', params);
  await datasets.refresh();
  return result;
}
