import { characters } from '../../src/shared/chart/text';
import { fill } from '../../src/shared/fill';
import type { BatchImage, LabellingTexts } from '../../src/shared/protocol/labelling';
import { element, setAttribute, setText } from '../common/element';
import { icon } from '../common/icons';
import { toolButton } from '../common/toolButton';
import { createZooming } from '../common/zooming';
import type { Actions, Part } from './actions';
import type { ImageView, LabellingModel } from './model';
import type { Pictures } from './pictures';
import { statusMarks } from './statusMark';
import { describe, fileName, menuContext } from './texts';

/** One image, large, with its name, why it was asked for, and where it stands. */
export function createStage(
  model: LabellingModel,
  actions: Actions,
  pictures: Pictures,
): Part & { focus(): void; zoom(by: number | null): void } {
  const { texts } = model.state;
  const viewer = createViewer(model, actions, pictures);
  const caption = createCaption(texts);
  const step = (by: number) => () => actions.goTo(model.position + by);
  const previous = toolButton({ icon: 'left', label: texts.previous, key: 'ArrowLeft', press: step(-1) });
  const next = toolButton({ icon: 'right', label: texts.next, key: 'ArrowRight', press: step(1) });
  const root = element('section', {
    class: 'stage',
    children: [element('div', { class: 'viewer', children: [previous, viewer.root, next] }), caption.root],
  });

  const loadAhead = () => {
    for (const by of [1, 2, 3, -1]) {
      const near = model.image(model.position + by)?.uri;
      if (near) pictures.get(near);
    }
    const open = model.nextOpen(model.position);
    const upcoming = open === undefined ? null : model.image(open)?.uri;
    if (upcoming) pictures.get(upcoming);
  };

  return {
    root,
    focus: () => viewer.root.focus({ preventScroll: true }),
    zoom: (by) => !root.hidden && viewer.zoom(by),
    update() {
      const image = model.image(model.position);
      root.hidden = model.grid || model.finished || !image;
      if (!image) return;
      const { total } = model.counts();
      const text = describe(model, model.position);
      const alt = fill(texts.imageAlt, fileName(image.id), model.position + 1, total);
      if (!root.hidden) viewer.show(image.id, image.uri);
      viewer.describe(alt, text);
      caption.show(image, fill(texts.position, model.position + 1, total));
      caption.showStatus(model.view(model.position), image.id, text);
      setAttribute(previous, 'disabled', model.position === 0);
      setAttribute(next, 'disabled', model.position === total - 1 && !model.complete);
      void pictures.first.then(loadAhead);
    },
  };
}

/** The picture, or why there is none. */
function createViewer(model: LabellingModel, actions: Actions, pictures: Pictures) {
  const { texts } = model.state;
  const frame = element('div', { class: 'frame' });
  const problem = element('div', { class: 'no-picture', attributes: { role: 'note' } });
  const root = element('div', {
    class: 'picture',
    attributes: { tabindex: 0, role: 'group', 'aria-roledescription': 'image', 'aria-keyshortcuts': 'Z O Enter' },
    children: [frame, problem],
  });
  const zooming = createZooming(frame, { styled: true });
  let shown = '';

  const fail = async (key: string, id: string, first: string, loading: boolean) => {
    actions.seen(id, false);
    zooming.take(null);
    frame.replaceChildren();
    frame.hidden = true;
    problem.hidden = false;
    const sentence = element('p', { text: first });
    problem.replaceChildren(icon('picture'), sentence);
    if (loading) return;
    problem.append(element('p', { text: texts.pictureSkip }));
    const message = await actions.explain(id).catch((error: Error) => error.message);
    if (shown === key) sentence.textContent = message;
  };
  const sizeOf = (image: HTMLImageElement) =>
    frame.classList.toggle('small', Math.max(image.naturalWidth, image.naturalHeight) < 200);

  return {
    root,
    zoom: zooming.by,
    show(id: string, uri: string | null) {
      const key = JSON.stringify([id, uri]);
      if (shown === key) return;
      shown = key;
      problem.hidden = true;
      frame.hidden = false;
      zooming.take(null);
      root.dataset.vscodeContext = menuContext(model.state, id);
      if (uri === null) return void fail(key, id, texts.pictureLoading, true);
      const { element: image, ready } = pictures.get(uri);
      frame.replaceChildren(image);
      actions.seen(id, true);
      ready.then(
        () => {
          if (shown !== key) return;
          sizeOf(image);
          zooming.take(image);
        },
        async () => {
          pictures.forget(uri);
          if (shown === key) fail(key, id, texts.pictureMissing, false);
        },
      );
    },
    describe(alt: string, status: string) {
      const img = frame.querySelector('img');
      if (img) img.alt = alt;
      setAttribute(root, 'aria-label', `${alt}: ${status}`);
      frame.classList.toggle('pixels', model.pixels);
    },
  };
}

/** Name, place and state of an image, and why it was asked for. */
function createCaption(texts: LabellingTexts) {
  const nameStart = element('span', { class: 'name-start' });
  const nameEnd = element('span');
  const name = element('bdi', { class: 'name', children: [nameStart, nameEnd] });
  const position = element('span', { class: 'position' });
  const status = element('span', { class: 'status' });
  const why = element('p', { class: 'why' });
  return {
    root: element('div', {
      class: 'caption',
      children: [element('div', { class: 'caption-line', children: [name, position, status] }), why],
    }),
    show(image: BatchImage, place: string) {
      const file = fileName(image.id);
      const end = endOfName(file);
      setText(nameStart, file.slice(0, file.length - end.length));
      setText(nameEnd, end);
      setText(position, place);
      // a number that says nothing by itself; who compares rounds finds it
      setAttribute(why, 'title', image.score === null ? null : fill(texts.score, shortNumber(image.score)));
      why.replaceChildren(
        element('span', { class: 'why-title', text: texts.why }),
        ' ',
        element('bdi', { text: image.reason }),
      );
    },
    showStatus(view: ImageView, id: string, text: string) {
      // the folder may be the answer
      const isAnswered = view.status === 'labelled' || view.status === 'skipped';
      setAttribute(name, 'title', isAnswered ? id : fileName(id));
      status.className = `status status-${view.status}`;
      status.replaceChildren(...statusMarks(view), element('bdi', { text }));
    },
  };
}

/** What is never cut off of a long file name: frames of a film differ at the end. Letters that join are not split. */
function endOfName(file: string): string {
  if (file.length <= 40 || /[\u0590-\u08ff\ufb1d-\ufeff]/.test(file)) return '';
  return characters(file).slice(-16).join('');
}

const shortNumber = (value: number): string => Number(value.toPrecision(3)).toString();
