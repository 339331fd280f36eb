/** Marks the document as running this view, so that a test can wait for it. */
export function ready(view: 'labelling' | 'gallery' | 'charts' | 'round' | 'importing'): void {
  document.documentElement.dataset.view = view;
}
