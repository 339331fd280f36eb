import { inputError } from '../../errors';
import type { ExternalRecipe } from '../recipe';

export async function externalRecipe(directory: string, name: string): Promise<ExternalRecipe> {
  throw inputError(`There is no encoder "${name}" in ${directory}.`);
}
