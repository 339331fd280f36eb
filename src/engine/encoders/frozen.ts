import { digestOf } from '../store/digest';
import type { RowsRecipe } from './recipe';

/** A network that others trained, or rows that it gave, with what they are projected on; no label changes it. */
export interface FrozenEncoder {
  /** `faces`, `general`, `continued` or `external:<name>`. */
  readonly name: string;
  /** Whether its last blocks went on learning on the dataset's own images. */
  readonly pretrained: boolean;
  readonly recipe: RowsRecipe;
  /** The file of the projection that its rows go through, and its SHA-256; null where they stay as they are. */
  readonly projection: { readonly path: string; readonly digest: string } | null;
}

/** Equal digests, equal features of the same image file. */
export const frozenDigest = ({
  recipe,
  projection,
}: Pick<FrozenEncoder, 'recipe'> & { readonly projection: { readonly digest: string } | null }): string =>
  digestOf({ recipe: recipe.digest, projection: projection?.digest ?? null });
