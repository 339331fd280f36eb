import { fill } from '../../src/shared/fill';
import type { GalleryText } from '../../src/shared/protocol/gallery';
import { element, setAttribute, setText } from '../common/element';
import { toolButton } from '../common/toolButton';
import type { Actions, Part } from './actions';
import { isReview, type PlainFilter, plainFilters, SET_FILTER } from './filter';
import { type GalleryModel, SIZES } from './model';
import { type Sort, sorts } from './order';

const filterTexts: Readonly<Record<PlainFilter, GalleryText>> = {
  all: 'filterAll',
  unlabelled: 'filterUnlabelled',
  labelled: 'filterLabelled',
  review: 'filterReview',
  reviewed: 'filterReviewed',
  wrong: 'filterWrong',
  disputed: 'filterDisputed',
  skipped: 'filterSkipped',
  flagged: 'filterFlagged',
  duplicates: 'filterDuplicates',
  test: 'filterTest',
};
const sortTexts: Readonly<Record<Sort, GalleryText>> = {
  name: 'sortName',
  time: 'sortTime',
  confidence: 'sortConfidence',
  sure: 'sortSure',
  suspicion: 'sortSuspicion',
  similar: 'sortSimilar',
};

/** What is shown, in which order and how large. */
export function createHeader(model: GalleryModel, actions: Actions): Part & { focusFind(): void } {
  const { texts } = model.state;
  const filter = choice('filter', texts.show, (value) => actions.show({ filter: value }));
  const sort = choice('sort', texts.sort, (value) =>
    value === 'similar' ? actions.liken() : actions.show({ sort: value as Sort }),
  );
  const find = element('input', {
    class: 'find',
    attributes: {
      type: 'search',
      placeholder: texts.find,
      'aria-label': texts.find,
      'aria-keyshortcuts': '/',
      spellcheck: 'false',
    },
    on: { input: () => actions.show({ text: find.value }) },
  });
  const size = element('input', {
    class: 'size',
    attributes: {
      type: 'range',
      min: SIZES.least,
      max: SIZES.most,
      step: 8,
      'aria-label': texts.size,
      title: texts.size,
    },
    on: { input: () => actions.resize(Number(size.value)) },
  });
  const resize = (by: number) => () => actions.resize(model.size + by);
  const smaller = toolButton({ icon: 'dash', label: texts.smaller, key: '-', press: resize(-SIZES.step) });
  const larger = toolButton({ icon: 'plus', label: texts.larger, key: '+', press: resize(SIZES.step) });
  const help = toolButton({ icon: 'help', label: texts.help, key: '?', press: actions.help });
  const count = element('h1', { class: 'count' });
  const note = element('span', { class: 'note' });
  const root = element('header', {
    class: 'header',
    children: [
      filter.root,
      sort.root,
      find,
      element('div', { class: 'tools', children: [smaller, size, larger, help] }),
      element('div', { class: 'subheading', children: [count, note] }),
    ],
  });
  return {
    root,
    focusFind: () => find.focus(),
    update() {
      root.hidden = model.large;
      filter.show(filterOptions(model), isReview(model.filter) ? 'review' : model.filter);
      sort.show(
        sorts.map((name) => [name, texts[sortTexts[name]]]),
        model.sort,
      );
      if (find.value !== model.text) find.value = model.text;
      if (size.value !== String(model.size)) size.value = String(model.size);
      setAttribute(smaller, 'disabled', model.size <= SIZES.least);
      setAttribute(larger, 'disabled', model.size >= SIZES.most);
      setText(count, fill(texts.shown, model.view.length, model.columns.count));
      setText(note, noteOf(model));
    },
  };
}

/** What the engine is computing, or why it could not. */
function noteOf({ state, sort, filter }: GalleryModel): string {
  const { texts, predictions, suspicions, likeness, duplicates, like } = state;
  const needsModel = sort === 'confidence' || sort === 'sure' || isReview(filter);
  const name = like?.slice(like.lastIndexOf('/') + 1) ?? '';
  const notes = [
    predictions.status === 'loading' ? texts.predictionsLoading : predictions.message,
    needsModel && predictions.status === 'none' ? texts.predictionsNone : null,
    suspicions.status === 'loading' ? texts.suspicionsLoading : sort === 'suspicion' ? suspicions.message : null,
    sort !== 'similar' ? null : likeness.status === 'ready' ? fill(texts.likeImage, name) : likeness.message,
    duplicates.status !== 'loading' && filter === 'duplicates' ? duplicates.message : null,
    likeness.status === 'loading' || duplicates.status === 'loading' ? texts.comparing : null,
  ];
  return notes.filter((note) => note !== null).join(' ');
}

type Option = readonly [value: string, text: string];
interface Group {
  readonly label: string;
  readonly options: readonly Option[];
}

function filterOptions({ state, columns }: GalleryModel): readonly (Option | Group)[] {
  const { classes, set, texts } = state;
  const of = (kind: string) => classes.map((name): Option => [`${kind}:${name}`, name]);
  return [
    ...(set ? [[SET_FILTER, set.title] as const] : []),
    ...plainFilters.map((name): Option => [name, texts[filterTexts[name]]]),
    { label: texts.filterLabel, options: of('label') },
    { label: texts.filterPredicted, options: of('predicted') },
    { label: texts.filterBy, options: [...columns.by.keys()].map((name): Option => [`by:${name}`, name]) },
  ];
}

/** A choice with its label, in the platform's own menu: it takes any number of classes, and screen readers know it. */
function choice(id: string, text: string, choose: (value: string) => void) {
  const select = element('select', {
    attributes: { id: `choice-${id}` },
    on: { change: () => choose(select.value) },
  });
  let built = '';
  const option = ([value, name]: Option) => element('option', { text: name, attributes: { value } });
  return {
    root: element('div', {
      class: 'field',
      children: [element('label', { text, attributes: { for: `choice-${id}` } }), select],
    }),
    show(options: readonly (Option | Group)[], value: string) {
      const key = JSON.stringify(options);
      if (key !== built) {
        built = key;
        select.replaceChildren(
          ...options.map((one) =>
            'options' in one
              ? element('optgroup', { attributes: { label: one.label }, children: one.options.map(option) })
              : option(one),
          ),
        );
      }
      if (select.value !== value) select.value = value;
    },
  };
}
