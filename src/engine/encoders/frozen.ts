import { digestOf } from '../store/digest';
import type { RowsRecipe } from './recipe';

/** A network that others trained, or rows that it gave, with what they are projected on; nothing of it is trained here. */
export interface FrozenEncoder {
  /** `faces`, `general` or `external:<name>`. */
  readonly name: string;
  readonly pretrained: false;
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
