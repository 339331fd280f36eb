import { type Matrix, stackedUnitRows } from '../numeric/matrix';
import type { SelectionContext } from './strategy';

/**
 * The vectors in which coverage is measured: the pre-trained representation where there is one, else the features.
 * `labelled` is undefined while nothing is labelled.
 */
export function coverageVectors(context: SelectionContext): { pool: Matrix; labelled: Matrix | undefined } {
  const { representation, labelledRepresentation, features, labelledFeatures } = context;
  const [pool, labelled] =
    representation === undefined ? [features, labelledFeatures] : [representation, labelledRepresentation];
  if (pool === undefined) throw new Error('The context has neither a representation nor features.');
  return { pool, labelled: labelled !== undefined && labelled.rows > 0 ? labelled : undefined };
}

/** Why an image was picked that is nearer to so many images of the pool than anything chosen before. */
export function coverageReason(nearestTo: number): string {
  if (nearestTo === 0) return 'looks like an image chosen before';
  if (nearestTo === 1) return 'unlike all images chosen before';
  return `most like ${nearestTo.toLocaleString('en')} images of the pool`;
}

/** Vectors of length 1 in which coverage is measured: those of the pool's images and, below them, of the labelled ones. */
export function unitVectors(context: SelectionContext): Matrix<Float32Array> {
  const { pool, labelled } = coverageVectors(context);
  return stackedUnitRows(pool, labelled);
}
