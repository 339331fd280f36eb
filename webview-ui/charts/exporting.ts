import type { CurveChart } from '../../src/shared/chart/curve';
import { chartPicture, type PictureColours, type PictureWidth, pixelRatio } from '../../src/shared/chart/picture';
import { resolvedTheme } from '../../src/shared/chart/resolveTheme';
import { curveCsv } from '../../src/shared/chart/table';
import { curveLatex, curveMarkdown } from '../../src/shared/chart/tableText';
import { themeOf } from '../../src/shared/chart/theme';
import type { ExportFormat } from '../../src/shared/protocol/charts';

/** How a picture is to look; `shown`: in the editor's colours. */
export interface PictureLook {
  readonly colours: PictureColours | 'shown';
  readonly width: PictureWidth;
}

/** The chart as it is seen, as the content of a file. */
export async function exported(
  chart: CurveChart,
  format: ExportFormat,
  look: PictureLook,
): Promise<string | Uint8Array> {
  if (format === 'svg') return pictureOf(chart, look);
  return format === 'png' ? png(pictureOf(chart, look), pixelRatio(look.width)) : tableTextOf(chart, format);
}

/** The chart's table as text. */
export const tableTextOf = (chart: CurveChart, format: 'csv' | 'md' | 'tex'): string =>
  ({ csv: curveCsv, md: curveMarkdown, tex: curveLatex })[format](chart);

function pictureOf(chart: CurveChart, { colours, width }: PictureLook): string {
  if (colours !== 'shown') return chartPicture(chart, { colours, width });
  const styles = getComputedStyle(document.body);
  const theme = resolvedTheme(themeOf('vscode'), (variable) => styles.getPropertyValue(variable));
  return chartPicture(chart, { colours: theme, width });
}

async function png(svg: string, ratio: number): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * ratio);
    canvas.height = Math.round(image.naturalHeight * ratio);
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
