import { pictureWidths } from '../../src/shared/chart/picture';
import { fill } from '../../src/shared/fill';
import type { ChartTexts, ExportFormat } from '../../src/shared/protocol/charts';
import { element, setAttribute, setText } from '../common/element';
import { createDropdown } from './dropdown';
import type { PictureLook } from './exporting';

export interface ExportChoice {
  /** Shows and hides the choice. */
  readonly button: HTMLElement;
  /** What can be written, and how. */
  readonly node: HTMLElement;
  draw(texts: ChartTexts): void;
}

/** What the listener is told: a file to write, or a table to copy. */
export interface ExportListener {
  readonly save: (format: ExportFormat, look: PictureLook) => void;
  readonly copy: (format: 'md' | 'tex', name: string) => void;
}

const colours = ['shown', 'light', 'dark', 'transparent'] as const;
const coloursText = {
  shown: 'coloursShown',
  light: 'coloursLight',
  dark: 'coloursDark',
  transparent: 'coloursTransparent',
} as const;
const widthText = { screen: 'widthScreen', single: 'widthSingle', double: 'widthDouble' } as const;
const names = { svg: 'SVG', png: 'PNG', csv: 'CSV', md: 'Markdown', tex: 'LaTeX' } as const;

/** Pictures in several colours and widths, and the table for several kinds of documents. */
export function createExportChoice(heard: ExportListener): ExportChoice {
  let look: PictureLook = { colours: 'shown', width: 'screen' };
  const colour = createDropdown('colours', (value) => {
    look = { ...look, colours: value as PictureLook['colours'] };
  });
  const width = createDropdown('width', (value) => {
    look = { ...look, width: value as PictureLook['width'] };
  });
  const saves = (['svg', 'png', 'csv', 'md', 'tex'] as const).map((format) => ({
    format,
    button: button(`export-${format}`, () => heard.save(format, look)),
  }));
  const copies = (['md', 'tex'] as const).map((format) => ({
    format,
    button: button(`copy-${format}`, () => heard.copy(format, names[format])),
  }));
  const pictures = group('export-pictures', [colour.node, width.node, ...saves.slice(0, 2).map((one) => one.button)]);
  const tables = group(
    'export-tables',
    [...saves.slice(2), ...copies].map((one) => one.button),
  );
  const node = element('div', {
    class: 'export-choice',
    attributes: { id: 'export-choice' },
    children: [pictures.node, tables.node],
  });
  node.hidden = true;
  const toggle = element('vscode-button', {
    attributes: { appearance: 'secondary', id: 'export', 'aria-controls': 'export-choice', 'aria-expanded': 'false' },
    on: {
      click: () => {
        node.hidden = !node.hidden;
        setAttribute(toggle, 'aria-expanded', String(!node.hidden));
      },
    },
  });
  return {
    button: toggle,
    node,
    draw(texts) {
      setText(toggle, texts.export);
      setText(pictures.label, texts.exportPicture);
      setText(tables.label, texts.exportTable);
      colour.set(
        texts.exportColours,
        colours.map((value) => ({ value, text: texts[coloursText[value]] })),
        look.colours,
      );
      width.set(
        texts.exportWidth,
        pictureWidths.map((value) => ({ value, text: texts[widthText[value]] })),
        look.width,
      );
      for (const { format, button: one } of saves) setText(one, fill(texts.saveAs, names[format]));
      for (const { format, button: one } of copies) setText(one, fill(texts.copyAs, names[format]));
    },
  };
}

const button = (id: string, press: () => void): HTMLElement =>
  element('vscode-button', { attributes: { appearance: 'secondary', id }, on: { click: press } });

function group(id: string, children: readonly HTMLElement[]) {
  const label = element('span', { class: 'label', attributes: { id } });
  const node = element('div', {
    class: 'export-group',
    attributes: { role: 'group', 'aria-labelledby': id },
    children: [label, element('div', { class: 'buttons', children })],
  });
  return { label, node };
}
