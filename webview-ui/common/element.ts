/** What `element` sets: text (never parsed as HTML), class, attributes, listeners, children. */
export interface ElementParts {
  readonly class?: string;
  /** Text as it is: names of files and classes come from outside and must not become markup. */
  readonly text?: string;
  /** Attributes; null, undefined and false leave one out, true sets it empty. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly on?: { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
  readonly children?: readonly (Node | string | null)[];
}

/** Makes an element; the only way our pages make one, so that no text is ever parsed as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, parts?: ElementParts): HTMLElementTagNameMap[K];
export function element(tag: string, parts?: ElementParts): HTMLElement;
export function element(tag: string, parts: ElementParts = {}): HTMLElement {
  const made = document.createElement(tag);
  if (parts.class !== undefined) made.className = parts.class;
  if (parts.text !== undefined) made.textContent = parts.text;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) setAttribute(made, name, value);
  for (const [type, listener] of Object.entries(parts.on ?? {})) made.addEventListener(type, listener as EventListener);
  made.append(...(parts.children ?? []).filter((child) => child !== null));
  return made;
}

/** Sets, changes or removes an attribute, and leaves one alone that says the same already. */
export function setAttribute(of: Element, name: string, value: string | number | boolean | null | undefined): void {
  if (value === null || value === undefined || value === false) {
    if (of.hasAttribute(name)) of.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  if (of.getAttribute(name) !== text) of.setAttribute(name, text);
}

/** Sets text only where it differs: a screen reader's place and a selection survive. */
export function setText(of: Element, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}
