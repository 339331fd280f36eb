import { env, l10n } from 'vscode';
import type { AgreementReport } from '../../shared/agreementReport';
import { imagesText, numberText, percentText } from '../text';

const DASH = '–';

const twoDecimals = (value: number): string =>
  new Intl.NumberFormat(env.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);

/** How far people agree, as a page for the Markdown preview. */
export function agreementMarkdown(dataset: string, report: AgreementReport): string {
  const parts = [
    `# ${l10n.t('Agreement on {0}', plain(dataset))}`,
    ...(report.annotators.length === 0
      ? [l10n.t('Nobody has labelled anything yet.')]
      : [
          l10n.t('Labels by person and class'),
          countsTable(report),
          ...alikePart(report),
          ...pairsPart(report),
          ...consistencyPart(report),
        ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function countsTable({ annotators }: AgreementReport): string {
  const classes = Object.keys(annotators[0]?.perClass ?? {});
  const rows = annotators.map(({ name, perClass }) => {
    const counts = classes.map((label) => perClass[label] ?? 0);
    return [plain(name), ...[...counts, counts.reduce((sum, n) => sum + n, 0)].map((n) => numberText(n))];
  });
  return table([l10n.t('Person'), ...classes.map(plain), l10n.t('All')], rows);
}

const alikePart = ({ alike }: AgreementReport): string[] =>
  alike.map(([one, other]) =>
    l10n.t(
      'The annotators {0} and {1} differ only in upper and lower case, which other systems take for the same; rename one of their label files.',
      plain(one),
      plain(other),
    ),
  );

function pairsPart({ pairs, alpha, shared, disputed, settled }: AgreementReport): string[] {
  const common = pairs.filter(({ both }) => both > 0);
  if (common.length === 0) return [l10n.t('No image was labelled by two people: agreement is not known.')];
  const rows = common.map(({ annotators: [one, other], both, agreed, kappa }) => [
    plain(one),
    plain(other),
    numberText(both),
    agreed === null ? DASH : percentText(agreed).replace(' %', '\u00a0%'),
    kappa === null ? DASH : twoDecimals(kappa),
  ]);
  const heads = [l10n.t('Person'), l10n.t('and'), l10n.t('Images of both'), l10n.t('Agree'), l10n.t("Cohen's κ")];
  return [
    `## ${l10n.t('People in pairs')}`,
    table(heads, rows),
    `## ${l10n.t('Everybody')}`,
    alpha === null
      ? l10n.t("Krippendorff's α is not defined: everybody says one class.")
      : l10n.t("Krippendorff's α is {0}.", `**${twoDecimals(alpha)}**`),
    l10n.t(
      'Several people labelled {0}; they differ on {1}, of which {2} are settled.',
      imagesText(shared),
      numberText(disputed + settled),
      numberText(settled),
    ),
    l10n.t(
      '1 is perfect agreement, 0 what chance alone gives. From 0.8 on labels count as reliable, from 0.67 on as tentative.',
    ),
  ];
}

/** What people said of images that they were asked again. */
function consistencyPart({ consistency }: AgreementReport): string[] {
  if (consistency.length === 0) return [];
  const rows = consistency.map(({ annotator, both, agreed, kappa }) => [
    plain(annotator),
    numberText(both),
    agreed === null ? DASH : percentText(agreed).replace(' %', '\u00a0%'),
    kappa === null ? DASH : twoDecimals(kappa),
  ]);
  const heads = [l10n.t('Person'), l10n.t('Images asked twice'), l10n.t('Agree'), l10n.t("Cohen's κ")];
  return [
    `## ${l10n.t('The same person twice')}`,
    table(heads, rows),
    l10n.t(
      'Second answers compared with first ones. People can hardly agree more with each other than each does with themselves.',
    ),
  ];
}

/** Numbers stand on the right. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = heads.map((_, column) => rows.every((row) => /^[\d–]/.test(row[column] ?? '')));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(isNumber.map((right) => (right ? '--:' : '---'))), ...rows.map(line)].join('\n');
}

/** Names from files, without what Markdown would see in them. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]()#+.!|<>~&-]/g, '\\$&').replace(/\s+/g, ' ');
