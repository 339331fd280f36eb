import { escapeXml } from './text';

/** Attributes of an element; those that are null are left out. */
export type Attributes = Readonly<Record<string, string | number | null>>;

/** One element as text. Attributes are escaped; numbers are rounded to a hundredth of a pixel, but not in data-*. */
export function element(name: string, attributes: Attributes, content?: string): string {
  let list = '';
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null) continue;
    const written = typeof value === 'number' && !key.startsWith('data-') ? round(value) : value;
    list += ` ${key}="${escapeXml(String(written))}"`;
  }
  return content === undefined ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

export const text = (x: number, y: number, content: string, attributes: Attributes): string =>
  element('text', { x, y, ...attributes }, escapeXml(content));

export const group = (attributes: Attributes, parts: readonly string[]): string =>
  element('g', attributes, `\n${parts.filter(Boolean).join('\n')}\n`);

export interface SvgDocument {
  /** Start of the ids inside, for several pictures on one page. */
  readonly id: string;
  /** What people hear who can't see the picture. */
  readonly title: string;
  readonly description: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly font: string;
  readonly fontSize: number;
}

/** A whole picture. */
export function svgDocument(document: SvgDocument, parts: readonly string[]): string {
  const { id, title, description, width, height, font, fontSize } = document;
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'warmstart-chart',
    role: 'img',
    'aria-labelledby': `${id}-title ${id}-desc`,
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    'font-family': font,
    'font-size': fontSize,
  };
  const texts = [
    element('title', { id: `${id}-title` }, escapeXml(title)),
    element('desc', { id: `${id}-desc` }, escapeXml(description)),
  ];
  return `${element('svg', attributes, `\n${[...texts, ...parts].filter(Boolean).join('\n')}\n`)}\n`;
}

/** To a hundredth of a pixel: short files, and the same text on every machine. */
export const round = (value: number): number => Math.round(value * 100) / 100 + 0;
