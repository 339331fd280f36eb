import { usageError } from '../errors';
import type { ImageDescriptor } from './encoder';
import { hog } from './hog';

/** Fixed features by name. */
export const descriptors: ReadonlyMap<string, ImageDescriptor> = new Map([[hog.name, hog]]);

/** The descriptor of that name; unknown names are usage errors. */
export function descriptorNamed(name: string): ImageDescriptor {
  const descriptor = descriptors.get(name);
  if (!descriptor)
    throw usageError(
      `There are no features "${name}" that need no training; known: ${[...descriptors.keys()].join(', ')}.`,
    );
  return descriptor;
}
