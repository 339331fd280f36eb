import type { EngineJobs, FolderLook, PartsChoice, PartsWish } from '../../shared/protocol/engine';
import { classSource, type ImportChoices } from '../../shared/protocol/importing';
import { classNamesIn, classNamesProblem } from '../classNames';
import { Refusal } from '../errors';

/** What an import is told by a person's choices. */
export type ImportWish = Pick<EngineJobs['import']['params'], 'classes' | 'classFolders' | 'faces' | 'fit'> & PartsWish;

export const asFound: ImportChoices = {
  parts: null,
  classes: null,
  notClasses: [],
  names: '',
  faces: false,
  fit: null,
};

export function partsWish(parts: PartsChoice | null): PartsWish {
  if (!parts) return {};
  const { train, test } = parts;
  if (train.length + test.length === 0) return { splits: false };
  return { ...(train.length > 0 && { train }), ...(test.length > 0 && { test }) };
}

/** What to take folders for of which it is not clear whether they are parts: what they are called, as long as something is left to learn from. */
export function likelyParts({ parts, images, folders }: FolderLook): PartsChoice | null {
  if (!parts) return null;
  const { train, test } = parts;
  const inTest = folders.reduce((sum, { name, images: n }) => (test.includes(name) ? sum + n : sum), 0);
  return inTest < images ? { train, test } : { train: [], test: [] };
}

/** Throws a sentence where the choices can't be followed. */
export function importWish(look: FolderLook, choices: ImportChoices): ImportWish {
  const { parts, faces, fit } = choices;
  return {
    ...partsWish(parts),
    ...classWish(look, choices),
    ...(faces && { faces }),
    ...(fit && !faces && { fit }),
  };
}

function classWish(look: FolderLook, choices: ImportChoices): Pick<ImportWish, 'classes' | 'classFolders'> {
  if (look.areFixed) return {};
  const source = classSource(look, choices);
  if (source === 'later') return { classes: [] };
  if (source === 'named') {
    const problem = classNamesProblem(choices.names, []);
    if (problem !== undefined) throw new Refusal(problem);
    return { classes: classNamesIn(choices.names) };
  }
  if (source === 'folders' && look.numbered) return {};
  const classes = look.classes.map(({ name }) => name).filter((name) => !choices.notClasses.includes(name));
  return classes.length === look.classes.length ? { classFolders: true } : { classes };
}
