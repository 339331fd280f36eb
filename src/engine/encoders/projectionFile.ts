import { damagedError } from '../errors';
import { matrix } from '../numeric/matrix';
import { readSafetensors, writeSafetensors } from '../store/safetensors';
import type { Projection } from './projection';

/** Writes a projection; the same one always gives the same bytes. */
export function writeProjection(path: string, { mean, directions }: Projection): Promise<void> {
  const { rows, columns, data } = directions;
  return writeSafetensors(
    path,
    new Map([
      ['mean', { shape: [mean.length], data: mean }],
      ['directions', { shape: [rows, columns], data }],
    ]),
    {},
  );
}

/** @throws a damaged error where it is not what `writeProjection` wrote. */
export async function readProjection(path: string): Promise<Projection> {
  const { parameters } = await readSafetensors(path).catch((error: unknown) => {
    throw damagedError(`${path} can't be read as a projection of features; delete it, it will be made again.`, error);
  });
  const mean = parameters.get('mean');
  const directions = parameters.get('directions');
  if (
    mean?.shape.length !== 1 ||
    directions?.shape.length !== 2 ||
    directions.shape[1] !== mean.shape[0] ||
    !mean.data.every(Number.isFinite) ||
    !directions.data.every(Number.isFinite)
  )
    throw damagedError(`${path} is not a projection of features; delete it, it will be made again.`);
  return { mean: mean.data, directions: matrix(directions.shape[0], directions.shape[1], directions.data) };
}
