import { userInfo } from 'node:os';
import { annotatorPattern } from '../../shared/annotatorName';
import { isReservedName } from '../../shared/workspace/datasetName';

const FALLBACK = 'annotator';

/** A name for a label file from what a person or the system calls itself: what can't stand in one is replaced. */
export function sanitiseAnnotator(name: string): string {
  const cleaned = [...name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}_.@ -]/gu, '_')].slice(0, 64).join('');
  const trimmed = cleaned.replace(/^[. ]+/, '').replace(/[. ]+$/, '');
  // the file of a device of Windows can't be saved there, so no answer could be
  const named = isReservedName(trimmed) ? `_${trimmed}` : trimmed;
  return annotatorPattern.test(named) ? named : FALLBACK;
}

/** Whose answers these are: the setting, else the user of this computer. */
export function annotatorOf(setting: string | undefined): string {
  if (setting?.trim()) return sanitiseAnnotator(setting.trim());
  try {
    return sanitiseAnnotator(userInfo().username);
  } catch {
    return FALLBACK; // no entry for this user in the system's list
  }
}
