import type { CurveChart } from './curve';
import { renderCurveChart } from './render';
import type { Theme } from './theme';

/** Colours and widths in which a chart can be written to a file. */
export const pictureColours = ['light', 'dark', 'transparent'] as const;
export type PictureColours = (typeof pictureColours)[number];
export const pictureWidths = ['screen', 'single', 'double'] as const;
export type PictureWidth = (typeof pictureWidths)[number];

/** Columns of a journal, 85 mm and 178 mm, in pixels of 1/96 inch: letters of 9 points stay 9 points. */
const columns = { single: 321, double: 673 } as const;

/** Pixels of a PNG for one of the SVG: 300 dots an inch in a column, sharp on any display otherwise. */
export const pixelRatio = (width: PictureWidth): number => (width === 'screen' ? 2 : 300 / 96);

/** A chart as the content of an SVG file, with its legend. In a column it has no title, which the caption there says. */
export function chartPicture(
  chart: CurveChart,
  { colours, width }: { readonly colours: PictureColours | Theme; readonly width: PictureWidth },
): string {
  if (width === 'screen') return renderCurveChart(chart, { theme: colours, wholeNames: true });
  const pixels = columns[width];
  const height = Math.round((width === 'single' ? 0.8 : 0.55) * pixels);
  return renderCurveChart(chart, { theme: colours, width: pixels, height, untitled: true });
}
