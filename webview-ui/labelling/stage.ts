import { characters } from '../../src/shared/chart/text';
import { element, setAttribute, setText } from '../common/element';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';
import type { Pictures } from './pictures';
import { statusMarks } from './statusMark';
import { describe, fileName, fill } from './texts';
import { toolButton } from './toolButton';

/** One image, large, with its name, why it was asked for, and where it stands. */
export function createStage(model: LabellingModel, actions: Actions, pictures: Pictures): Part & { focus(): void } {
  const { texts } = model.state;
  const frame = element('div', { class: 'frame' });
  const problem = element('div', { class: 'no-picture', attributes: { role: 'note' } });
  const picture = element('div', {
    class: 'picture',
    attributes: { tabindex: 0, role: 'group', 'aria-roledescription': 'image' },
    children: [frame, problem],
  });
  const previous = toolButton({
    icon: 'left',
    label: texts.previous,
    key: 'ArrowLeft',
    press: () => actions.goTo(model.position - 1),
  });
  const next = toolButton({
    icon: 'right',
    label: texts.next,
    key: 'ArrowRight',
    press: () => actions.goTo(model.position + 1),
  });
  const nameStart = element('span', { class: 'name-start' });
  const nameEnd = element('span');
  const name = element('bdi', { class: 'name', children: [nameStart, nameEnd] });
  const position = element('span', { class: 'position' });
  const status = element('span', { class: 'status' });
  const why = element('p', { class: 'why' });
  const root = element('section', {
    class: 'stage',
    children: [
      element('div', { class: 'viewer', children: [previous, picture, next] }),
      element('div', {
        class: 'caption',
        children: [element('div', { class: 'caption-line', children: [name, position, status] }), why],
      }),
    ],
  });
  let shown = '';

  /** Shows the picture, or says why there is none. */
  const show = (id: string, uri: string | null) => {
    const key = JSON.stringify([id, uri]);
    if (shown === key) return;
    shown = key;
    problem.hidden = true;
    frame.hidden = false;
    if (uri === null) return fail(key, id, texts.pictureLoading, true);
    const { element: image, ready } = pictures.get(uri);
    frame.replaceChildren(image);
    actions.seen(id, true);
    ready.then(
      () => shown === key && sizeOf(image),
      async () => {
        pictures.forget(uri);
        if (shown === key) fail(key, id, texts.pictureMissing, false);
      },
    );
  };
  const sizeOf = (image: HTMLImageElement) =>
    frame.classList.toggle('small', Math.max(image.naturalWidth, image.naturalHeight) < 200);
  const fail = async (key: string, id: string, first: string, loading: boolean) => {
    actions.seen(id, false);
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

  const loadAhead = () => {
    for (const step of [1, 2, 3, -1]) {
      const near = model.image(model.position + step)?.uri;
      if (near) pictures.get(near);
    }
    const open = model.nextOpen(model.position);
    const upcoming = open === undefined ? null : model.image(open)?.uri;
    if (upcoming) pictures.get(upcoming);
  };

  return {
    root,
    focus: () => picture.focus({ preventScroll: true }),
    update() {
      const image = model.image(model.position);
      root.hidden = model.grid || model.finished || !image;
      if (!image) return;
      const { total } = model.counts();
      const file = fileName(image.id);
      const alt = fill(texts.imageAlt, file, model.position + 1, total);
      if (!root.hidden) show(image.id, image.uri);
      const img = frame.querySelector('img');
      if (img) img.alt = alt;
      setAttribute(picture, 'aria-label', `${alt}: ${describe(model, model.position)}`);
      frame.classList.toggle('pixels', model.pixels);
      const end = endOfName(file);
      setText(nameStart, file.slice(0, file.length - end.length));
      setText(nameEnd, end);
      setAttribute(name, 'title', image.id);
      setText(position, fill(texts.position, model.position + 1, total));
      const view = model.view(model.position);
      status.className = `status status-${view.status}`;
      status.replaceChildren(...statusMarks(view), element('bdi', { text: describe(model, model.position) }));
      why.replaceChildren(
        element('span', { class: 'why-title', text: texts.why }),
        ' ',
        element('bdi', { text: image.reason }),
        ...(image.score === null
          ? []
          : [' ', element('span', { class: 'score', text: fill(texts.score, shortNumber(image.score)) })]),
      );
      setAttribute(previous, 'disabled', model.position === 0);
      setAttribute(next, 'disabled', model.position === total - 1 && !model.complete);
      void pictures.first.then(loadAhead);
    },
  };
}

/** What is never cut off of a long file name: frames of a film differ at the end. Letters that join are not split. */
function endOfName(file: string): string {
  if (file.length <= 40 || /[\u0590-\u08ff\ufb1d-\ufeff]/.test(file)) return '';
  return characters(file).slice(-16).join('');
}

const shortNumber = (value: number): string => Number(value.toPrecision(3)).toString();
