import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import { element, setAttribute, setText } from '../common/element';
import { icon } from '../common/icons';
import { toolButton } from '../common/toolButton';
import type { Actions, Host, Part } from './actions';
import { describe } from './describe';
import type { GalleryModel } from './model';
import { moved, type Size, toggled, whole, type Zoom, zoomed } from './zoom';

/** One turn of a wheel. */
const WHEEL = 1.2;

/** One image, as large as there is room, to be looked at closely. */
export function createLarge(
  model: GalleryModel,
  actions: Actions,
  host: Host,
): Part & { focus(): void; zoom(by: number | null): void } {
  const { texts } = model.state;
  const viewer = createViewer(texts.large);
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
              tool('dash', texts.zoomOut, '-', () => viewer.zoom(1 / WHEEL)),
              tool('plus', texts.zoomIn, '+', () => viewer.zoom(WHEEL)),
              tool('single', texts.fit, 'Z', () => viewer.zoom(null)),
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

  const show = async (image: number) => {
    shown = image;
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
      if (shown === image && uri !== null) await viewer.show(uri);
      if (shown === image) {
        if (uri === null) throw new Error();
        setText(position, placeText());
      }
    } catch {
      if (shown !== image) return;
      actions.unseen(image);
      viewer.fail(texts.pictureMissing);
      const explained = await host.request('explainImage', { image: id }).catch((error: Error) => error);
      if (shown === image) viewer.fail(explained.message);
    }
  };
  const placeText = () => {
    const place = fill(texts.position, model.position + 1, model.view.length);
    return viewer.scale === null ? place : `${place} · ${percent(viewer.scale, 0)}`;
  };
  viewer.changed = () => setText(position, placeText());

  return {
    root,
    focus: () => viewer.root.focus({ preventScroll: true }),
    zoom: (by) => viewer.zoom(by),
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
      setAttribute(viewer.root, 'aria-label', `${title}: ${label}`);
      setAttribute(previous, 'disabled', model.position === 0);
      setAttribute(next, 'disabled', model.position >= model.view.length - 1);
    },
  };
}

/** The picture itself: the wheel zooms, dragging moves it, a double click does what Z does. */
function createViewer(label: string) {
  const root = element('div', {
    class: 'large-picture',
    attributes: { tabindex: 0, role: 'img', 'aria-label': label, 'aria-keyshortcuts': 'Z O ArrowLeft ArrowRight' },
  });
  let picture: HTMLImageElement | null = null;
  let zoom: Zoom = { scale: 1, x: 0, y: 0 };
  /** Whether the picture follows the size of the window. */
  let isWhole = true;
  const size = (): Size => ({ width: picture?.naturalWidth || 1, height: picture?.naturalHeight || 1 });
  const room = (): Size => ({ width: Math.max(1, root.clientWidth), height: Math.max(1, root.clientHeight) });

  const viewer = {
    root,
    changed: () => {},
    get scale(): number | null {
      return picture && zoom.scale;
    },
    clear() {
      picture = null;
      root.replaceChildren();
    },
    async show(uri: string) {
      const loading = element('img', { attributes: { alt: '', draggable: 'false' } });
      loading.src = uri;
      await loading.decode();
      picture = loading;
      root.replaceChildren(loading);
      isWhole = true;
      draw(whole(size(), room()));
    },
    fail(text: string) {
      picture = null;
      root.replaceChildren(
        element('div', { class: 'no-picture', children: [icon('picture'), element('p', { text })] }),
      );
    },
    zoom(by: number | null) {
      if (!picture) return;
      isWhole = by === null && !isWhole;
      draw(by === null ? toggled(zoom, size(), room()) : zoomed(zoom, by, { picture: size(), window: room() }));
    },
  };

  const draw = (next: Zoom) => {
    zoom = next;
    if (!picture) return;
    const { width, height } = size();
    picture.style.width = `${width * zoom.scale}px`;
    picture.style.height = `${height * zoom.scale}px`;
    picture.style.transform = `translate(-50%, -50%) translate(${zoom.x}px, ${zoom.y}px)`;
    root.classList.toggle('pixels', zoom.scale >= 4);
    root.classList.toggle('movable', width * zoom.scale > root.clientWidth || height * zoom.scale > root.clientHeight);
    viewer.changed();
  };

  root.addEventListener(
    'wheel',
    (event) => {
      if (!picture) return;
      event.preventDefault();
      const { left, top, width, height } = root.getBoundingClientRect();
      const at = { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
      isWhole = false;
      const by = WHEEL ** (-Math.sign(event.deltaY) * Math.min(1, Math.abs(event.deltaY) / 50));
      draw(zoomed(zoom, by, { picture: size(), window: room(), at }));
    },
    { passive: false },
  );
  root.addEventListener('dblclick', () => viewer.zoom(null));
  root.addEventListener('pointerdown', (event) => event.button === 0 && root.setPointerCapture(event.pointerId));
  root.addEventListener('pointermove', (event) => {
    if (!root.hasPointerCapture(event.pointerId)) return;
    draw(moved(zoom, { x: event.movementX, y: event.movementY }, size(), room()));
  });
  new ResizeObserver(() => {
    if (picture) draw(isWhole ? whole(size(), room()) : moved(zoom, { x: 0, y: 0 }, size(), room()));
  }).observe(root);
  return viewer;
}
