import { fill } from '../../src/shared/fill';
import { element, setAttribute, setText } from '../common/element';
import { icon } from '../common/icons';
import { toolButton } from '../common/toolButton';
import type { Actions, Part } from './actions';
import { CELLS, type Counts, type LabellingModel } from './model';

/** Round, progress in batch and pool, and what changes the view. */
export function createHeader(model: LabellingModel, actions: Actions): Part {
  const { texts } = model.state;
  const title = element('h1', { class: 'title' });
  const strategy = element('span', { class: 'strategy' });
  const progress = createProgress(texts.progress);
  const batch = element('span', { class: 'count' });
  const pool = element('span', { class: 'pool' });
  const gridIcon = icon('grid');
  const singleIcon = icon('single');
  const grid = toolButton({ icon: gridIcon, label: texts.grid, key: 'G', press: actions.toggleGrid });
  const pixels = toolButton({ icon: 'pixels', label: texts.pixels, key: 'P', press: actions.togglePixels });
  const crop = toolButton({ icon: 'picture', label: texts.crop, key: 'P', press: actions.toggleCrop });
  const resize = (by: number) => () => actions.resize(model.cell + by);
  const smaller = toolButton({ icon: 'dash', label: texts.smaller, key: '-', press: resize(-CELLS.step) });
  const larger = toolButton({ icon: 'plus', label: texts.larger, key: '+', press: resize(CELLS.step) });
  const help = toolButton({ icon: 'help', label: texts.help, key: '?', press: actions.help });
  const suggestions = element('vscode-checkbox', {
    class: 'suggestions',
    text: texts.suggestions,
    attributes: { title: texts.suggestionsHint },
    on: { change: () => actions.suggest((suggestions as HTMLElement & { checked: boolean }).checked) },
  }) as HTMLElement & { checked: boolean };
  const note = element('span', { class: 'suggestions-note' });
  const root = element('header', {
    class: 'header',
    children: [
      element('div', { class: 'heading', children: [title, strategy, batch] }),
      element('div', {
        class: 'tools',
        attributes: { role: 'toolbar', 'aria-label': texts.view },
        children: [smaller, larger, crop, grid, pixels, help],
      }),
      progress.root,
      element('div', { class: 'subheading', children: [pool, element('span', { children: [suggestions, note] })] }),
    ],
  });
  return {
    root,
    update() {
      const { address, strategy: name, labelled, pool: images, suggestions: suggested } = model.state;
      const { answered, total, unsaved } = model.counts();
      setText(title, fill(texts.batchTitle, String(address.round)));
      setText(strategy, name);
      setAttribute(strategy, 'title', name);
      setText(batch, fill(texts.progressBatch, answered, total));
      setText(pool, fill(texts.progressPool, labelled, images));
      progress.show({ answered, total, unsaved }, fill(texts.progressBatch, answered, total));
      setAttribute(grid, 'aria-pressed', String(model.grid));
      setAttribute(pixels, 'aria-pressed', String(model.pixels));
      setAttribute(crop, 'aria-pressed', String(model.crop));
      for (const tool of [smaller, larger, crop]) tool.hidden = !model.grid;
      pixels.hidden = model.grid;
      setAttribute(smaller, 'disabled', model.cell <= CELLS.least);
      setAttribute(larger, 'disabled', model.cell >= CELLS.most);
      if (suggestions.checked !== (suggested.status !== 'off')) suggestions.checked = suggested.status !== 'off';
      const notes = { loading: texts.suggestionsLoading, failed: suggested.message ?? '', on: '', off: '' };
      setText(note, notes[suggested.status]);
      const wanted = model.grid ? singleIcon : gridIcon;
      if (!wanted.isConnected) (wanted === gridIcon ? singleIcon : gridIcon).replaceWith(wanted);
    },
  };
}

/** A bar of what is answered and what could not be saved. */
function createProgress(name: string) {
  const done = element('div', { class: 'bar-done' });
  const failed = element('div', { class: 'bar-failed' });
  const root = element('div', {
    class: 'bar',
    attributes: { role: 'progressbar', 'aria-label': name, 'aria-valuemin': 0 },
    children: [done, failed],
  });
  return {
    root,
    show({ answered, total, unsaved }: Pick<Counts, 'answered' | 'total' | 'unsaved'>, text: string) {
      done.style.width = `${total === 0 ? 0 : (100 * answered) / total}%`;
      failed.style.width = `${total === 0 ? 0 : (100 * unsaved) / total}%`;
      setAttribute(root, 'aria-valuemax', total);
      setAttribute(root, 'aria-valuenow', answered);
      setAttribute(root, 'aria-valuetext', text);
    },
  };
}
