import { fill } from '../../src/shared/fill';
import { DIFFERENT, SKIPPED } from '../../src/shared/protocol/gallery';
import { element, setAttribute, setText } from '../common/element';
import { type IconName, icon } from '../common/icons';
import { captionOf, describe } from './describe';
import type { GalleryModel } from './model';

/** One picture in the grid. It is used again for another image when its own is out of sight. */
export interface Tile {
  readonly root: HTMLElement;
  readonly frame: HTMLElement;
  readonly marks: HTMLElement;
  /** All of it in words: the name of the option for screen readers. */
  readonly words: HTMLElement;
  readonly label: HTMLElement;
  readonly prediction: HTMLElement;
  /** The image and all that was shown of it. */
  image: number;
  shown: string;
  uri: string | null | undefined;
}

export function makeTile(): Tile {
  const frame = element('div', { class: 'tile-frame' });
  const marks = element('span', { class: 'marks' });
  const label = element('bdi', { class: 'tile-label', attributes: { 'aria-hidden': 'true' } });
  const prediction = element('bdi', { class: 'tile-prediction', attributes: { 'aria-hidden': 'true' } });
  const words = element('span', { class: 'visually-hidden' });
  const root = element('div', {
    class: 'tile',
    attributes: { role: 'option' },
    children: [words, frame, marks, label, prediction],
  });
  return { root, frame, marks, words, label, prediction, image: -1, shown: '', uri: undefined };
}

/** Brings a tile up to date, where anything about its image has changed. */
export function showTile(tile: Tile, model: GalleryModel, at: number, image: number): void {
  const { columns, selection, state } = model;
  const { texts, address } = state;
  const caption = captionOf(model, image);
  const text = describe(model, image);
  const isChosen = selection.has(image);
  const isActive = at === model.position;
  const shown = `${image} ${at} ${model.view.length} ${isChosen} ${isActive} ${text} ${caption.isContradicted}`;
  if (tile.shown === shown) return;
  tile.shown = shown;
  const id = columns.ids[image] ?? '';
  const name = columns.names[image] ?? '';
  if (tile.image !== image) {
    // what the commands of the menu get
    const context = { webviewSection: 'image', ...address, image: id, preventDefaultContextMenuItems: true };
    tile.root.dataset.vscodeContext = JSON.stringify(context);
    tile.image = image;
  }
  setAttribute(tile.root, 'id', `tile-${at}`);
  setAttribute(tile.root, 'aria-posinset', at + 1);
  setAttribute(tile.root, 'aria-setsize', model.view.length);
  setAttribute(tile.root, 'aria-selected', String(isChosen));
  setText(tile.words, `${name}, ${fill(texts.position, at + 1, model.view.length)}: ${text}`);
  setAttribute(tile.root, 'title', `${name}: ${text}`);
  tile.root.classList.toggle('active', isActive);
  setText(tile.label, caption.label);
  tile.label.classList.toggle('quiet', !caption.isLabelled);
  setText(tile.prediction, caption.prediction);
  tile.prediction.classList.toggle('contradicted', caption.isContradicted);
  tile.marks.replaceChildren(...marksOf(model, image).map(([shape, kind]) => icon(shape, `mark mark-${kind}`)));
}

/** Where an image stands, by shape and colour. */
function marksOf({ columns, state }: GalleryModel, image: number): [IconName, string][] {
  const label = columns.labelOf(image);
  const marks: [IconName, string][] = [];
  if (columns.isPending(image)) marks.push(['dots', 'saving']);
  else if (Object.hasOwn(state.unsaved, columns.ids[image] ?? '')) marks.push(['warning', 'unsaved']);
  else if (label >= 0) marks.push(['check', 'labelled']);
  else if (label === SKIPPED) marks.push(['dash', 'skipped']);
  else if (label === DIFFERENT) marks.push(['unequal', 'conflict']);
  if (columns.flags.has(image)) marks.push(['flag', 'flag']);
  return marks;
}

/** Puts the picture in; a quiet sign where there is none. `seen`: whether it can be shown. */
export function showPicture(tile: Tile, uri: string | null | undefined, seen: (isVisible: boolean) => void): void {
  if (tile.uri === uri && tile.frame.hasChildNodes()) return;
  tile.uri = uri;
  const without = () => {
    tile.frame.replaceChildren(element('span', { class: 'no-thumb', children: [icon('picture')] }));
    seen(false);
  };
  if (uri === undefined) tile.frame.replaceChildren(element('span', { class: 'tile-waiting' }));
  else if (uri === null) without();
  else {
    const picture = element('img', { attributes: { alt: '', draggable: 'false', decoding: 'async' } });
    picture.src = uri;
    picture.addEventListener('load', () => tile.uri === uri && seen(true));
    picture.addEventListener('error', () => tile.uri === uri && without());
    tile.frame.replaceChildren(picture);
  }
}
