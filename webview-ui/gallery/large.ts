import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import type { GalleryMethods } from '../../src/shared/protocol/gallery';
import { element, setAttribute, setText } from '../common/element';
import { icon } from '../common/icons';
import { toolButton } from '../common/toolButton';
import { createZooming, ZOOM_STEP } from '../common/zooming';
import type { Actions, Host, Part } from './actions';
import { describe } from './describe';
import type { GalleryModel } from './model';

interface Seen {
  readonly pictures: GalleryMethods['seen']['result']['pictures'];
  readonly at: number;
}

/** One image, as large as there is room, to be looked at closely. */
export function createLarge(
  model: GalleryModel,
  actions: Actions,
  host: Host,
  say: (text: string) => void,
): Part & { focus(): void; zoom(by: number | null): void; look(): void } {
  const { texts } = model.state;
  const viewer = createViewer(texts.large, () => setText(position, placeText()));
  const name = element('bdi');
  const position = element('span', { class: 'position' });
  const status = element('bdi', { class: 'status' });
  const tool = (shape: Parameters<typeof toolButton>[0]['icon'], label: string, key: string, press: () => void) =>
    toolButton({ icon: shape, label, key, press });
  const previous = tool('left', texts.previous, 'ArrowLeft', () => actions.goTo(model.position - 1));
  const next = tool('right', texts.next, 'ArrowRight', () => actions.goTo(model.position + 1));
  const text = (label: string, press: () => void) =>
    element('vscode-button', { text: label, attributes: { appearance: 'secondary' }, on: { click: press } });
  const root = element('section', {
    class: 'large',
    children: [
      element('div', {
        class: 'large-head',
        children: [
          tool('grid', texts.back, 'Escape', () => actions.enlarge(false)),
          element('h1', { class: 'name', children: [name] }),
          position,
          status,
          element('div', {
            class: 'tools',
            children: [
              tool('dash', texts.zoomOut, '-', () => viewer.zooming.by(1 / ZOOM_STEP)),
              tool('plus', texts.zoomIn, '+', () => viewer.zooming.by(ZOOM_STEP)),
              tool('single', texts.fit, 'Z', () => viewer.zooming.by(null)),
              text(texts.seen, () => void look()),
              text(texts.moreLikeThis, actions.liken),
              text(texts.openImage, actions.openImage),
              text(texts.revealImage, actions.revealImage),
            ],
          }),
        ],
      }),
      element('div', { class: 'large-stage', children: [previous, viewer.root, next] }),
    ],
  });
  let shown = -1;
  /** Which of the model's pictures is seen; null: the image as it is. */
  let seen: Seen | null = null;

  const show = async (image: number) => {
    shown = image;
    seen = null;
    const id = model.columns.ids[image] ?? '';
    const context = {
      webviewSection: 'image',
      ...model.state.address,
      image: id,
      preventDefaultContextMenuItems: true,
    };
    viewer.root.dataset.vscodeContext = JSON.stringify(context);
    viewer.clear();
    try {
      const { uri } = await host.request('picture', { image: id });
      if (uri === null) throw new Error();
      const picture = await viewer.load(uri);
      if (shown !== image) return;
      viewer.show(picture);
      actions.seen(image, true);
    } catch {
      if (shown !== image) return;
      actions.seen(image, false);
      viewer.fail(texts.pictureMissing);
      const explained = await host.request('explainImage', { image: id }).catch((error: Error) => error);
      if (shown === image) viewer.fail(explained.message);
    }
    setText(position, placeText());
  };

  /** The next picture of what the model sees; behind the last the image as it is. */
  const look = async () => {
    const image = shown;
    const id = model.columns.ids[image];
    if (id === undefined) return;
    const before = seen;
    try {
      const pictures = before?.pictures ?? (await host.request('seen', { image: id })).pictures;
      const at = (before?.at ?? -1) + 1;
      const next = pictures[at];
      if (shown !== image) return;
      if (!next) return await show(image);
      const picture = await viewer.load(next.uri);
      if (shown !== image) return;
      seen = { pictures, at };
      viewer.show(picture);
      setAttribute(viewer.root, 'aria-label', seenText() ?? '');
      say(seenText() ?? '');
    } catch (error) {
      if (shown === image) viewer.fail((error as Error).message);
    }
  };
  const seenText = (): string | null => {
    const one = seen?.pictures[seen.at];
    return one ? fill(texts.seenBy, one.by.join(', '), one.width, one.height) : null;
  };
  const placeText = () => {
    const { scale } = viewer.zooming;
    return [
      fill(texts.position, model.position + 1, model.view.length),
      scale === null ? null : percent(scale, 0),
      seenText(),
    ]
      .filter((part) => part !== null)
      .join(' · ');
  };

  return {
    root,
    focus: () => viewer.root.focus({ preventScroll: true }),
    zoom: (by) => viewer.zooming.by(by),
    look: () => void look(),
    update() {
      const { current } = model;
      root.hidden = !model.large || current === undefined;
      if (root.hidden || current === undefined) {
        shown = -1;
        return viewer.clear();
      }
      if (shown !== current) void show(current);
      const label = describe(model, current);
      const title = model.columns.names[current] ?? '';
      setText(name, title);
      setAttribute(name, 'title', title);
      setText(position, placeText());
      setText(status, label);
      if (!seen) setAttribute(viewer.root, 'aria-label', `${title}: ${label}`);
      setAttribute(previous, 'disabled', model.position === 0);
      setAttribute(next, 'disabled', model.position >= model.view.length - 1);
    },
  };
}

/** The picture itself, or why there is none. */
function createViewer(label: string, changed: () => void) {
  const root = element('div', {
    class: 'large-picture',
    attributes: { tabindex: 0, role: 'img', 'aria-label': label, 'aria-keyshortcuts': 'Z O P N ArrowLeft ArrowRight' },
  });
  const zooming = createZooming(root, { changed });
  return {
    root,
    zooming,
    clear() {
      zooming.take(null);
      root.replaceChildren();
    },
    async load(uri: string): Promise<HTMLImageElement> {
      const loading = element('img', { attributes: { alt: '', draggable: 'false' } });
      loading.src = uri;
      await loading.decode();
      return loading;
    },
    show(picture: HTMLImageElement) {
      root.replaceChildren(picture);
      zooming.take(picture);
    },
    fail(text: string) {
      zooming.take(null);
      root.replaceChildren(
        element('div', { class: 'no-picture', children: [icon('picture'), element('p', { text })] }),
      );
    },
  };
}
