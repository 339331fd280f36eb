import { type BuiltInName, builtInNames } from './encoders';
import { isExternalName } from './features';
import { isDatasetName } from './workspace/datasetName';

/** What files and folders are called in every model. */
const everywhere = /^(onnx|(vision_)?model(_\w+)?)$/;

/** What a model is called by where it lies: `…/models--org--name/snapshots/<hash>`, `…/name/onnx/model.onnx`, `…/name.onnx` → name */
export function modelNameOf(path: string): string {
  const cached = /[\\/]models--(?:[^\\/]*--)?([^\\/]+?)(?:[\\/]snapshots[\\/].*)?$/.exec(path);
  if (cached?.[1] !== undefined) return cached[1];
  const steps = path.split(/[\\/]/).map((step) => step.replace(/\.onnx$/, ''));
  return steps.findLast((step) => step !== '' && !everywhere.test(step)) ?? '';
}

/** Whether an encoder that somebody adds can have that name: it names a file, and features. */
export const canNameEncoder = (name: string): boolean =>
  isExternalName(name) && isDatasetName(name) && !isBuiltInName(name) && name !== 'continued';

/** Whether an encoder that comes with Warmstart has that name. */
export const isBuiltInName = (name: string): name is BuiltInName => (builtInNames as readonly string[]).includes(name);
