import { l10n } from 'vscode';
import type { Fault } from '../../shared/workspace/problems';
import { isolated } from '../text';

/** What is wrong with a file and what to do, as a sentence about "it": the file is named beside it. */
export function faultSentence(fault: Fault): string {
  switch (fault.kind) {
    case 'merge':
      return mergeSentence(fault);
    case 'empty':
      return l10n.t('It is empty; restore it from version control.');
    case 'notJson':
      return l10n.t('It is not valid JSON ({0}); correct it, or restore it from version control.', fault.detail);
    case 'damaged':
      return fault.place === null
        ? l10n.t('It is damaged: {0}; correct it, or restore it from version control.', fault.expected)
        : l10n.t(
            'It is damaged at "{0}": {1}; correct it, or restore it from version control.',
            isolated(fault.place),
            fault.expected,
          );
    case 'repeatedImage':
      return fault.line === null
        ? l10n.t('It answers image "{0}" twice; remove the line that is wrong.', isolated(fault.image))
        : l10n.t(
            'It answers image "{0}" twice, again in line {1}; remove the line that is wrong.',
            isolated(fault.image),
            fault.line,
          );
    case 'misnumbered':
      return l10n.t('It says it is number {0}; rename it to {1}.', fault.number, fault.name);
  }
}

const mergeSentence = ({ from, to, keep }: Extract<Fault, { readonly kind: 'merge' }>): string =>
  keep === 'one'
    ? l10n.t('It has a conflict in lines {0}–{1}: keep one side and remove the marks of the merge.', from, to)
    : l10n.t(
        'It has a conflict in lines {0}–{1}: keep one side where both answer the same image, and otherwise both, and remove the marks of the merge.',
        from,
        to,
      );
