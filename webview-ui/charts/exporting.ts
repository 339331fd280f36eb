import type { CurveChart } from '../../src/shared/chart/curve';
import { renderCurveChart } from '../../src/shared/chart/render';
import { resolvedTheme } from '../../src/shared/chart/resolveTheme';
import { curveCsv } from '../../src/shared/chart/table';
import { themeOf } from '../../src/shared/chart/theme';
import type { ExportFormat } from '../../src/shared/protocol/charts';

/** A PNG has this many pixels for one of the SVG, for print and sharp displays. */
const pixelRatio = 2;

/** The chart as it is seen, as the content of a file: with its legend inside and the editor's colours. */
export async function exported(chart: CurveChart, format: ExportFormat): Promise<string | Uint8Array> {
  if (format === 'csv') return curveCsv(chart);
  const svg = pictureOf(chart);
  return format === 'svg' ? svg : png(svg);
}

function pictureOf(chart: CurveChart): string {
  const styles = getComputedStyle(document.body);
  const theme = resolvedTheme(themeOf('vscode'), (variable) => styles.getPropertyValue(variable));
  return renderCurveChart(chart, { theme, wholeNames: true });
}

async function png(svg: string): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * pixelRatio;
    canvas.height = image.naturalHeight * pixelRatio;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This window cannot draw pictures; export the chart as SVG.');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('The picture could not be made; export the chart as SVG.');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
