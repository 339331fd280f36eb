import { describe, expect, it } from 'vitest';
import { networkDigest } from '../../../src/engine/encoders/builtIn';
import { continuedRecipe, readContinued, writeContinued } from '../../../src/engine/features/continuedFile';
import { continuedFile } from '../../support/datasetFiles';
import { temporaryFolder } from '../../support/temporaryFolder';

/** A continued encoder on the disk; its base is known by that digest. */
async function written(digest: string, value = 0.5) {
  const directory = await temporaryFolder();
  const { schema: _, ...info } = continuedFile();
  const parameters = new Map([['block12.pointwise.bias', { shape: [2], data: Float32Array.of(value, 1) }]]);
  await writeContinued(directory, parameters, { ...info, base: { name: 'faces', digest } });
  return (await readContinued(directory))!;
}

describe('a continued encoder on the disk', () => {
  it('gives other rows than the built-in one, and than one with other weights', async () => {
    const one = continuedRecipe(await written(networkDigest('faces')), true);
    const same = continuedRecipe(await written(networkDigest('faces')), true);
    const other = continuedRecipe(await written(networkDigest('faces'), 0.25), true);
    expect(one.digest).toBe(same.digest);
    expect(one.digest).not.toBe(other.digest);
    expect(one).toMatchObject({ name: 'faces', dimensions: 5632, mirrored: true });
    expect(continuedRecipe(await written(networkDigest('faces')), false).digest).not.toBe(one.digest);
  });

  it('is refused where it was continued from another version of the built-in encoder', async () => {
    const old = await written('0'.repeat(64));
    expect(() => continuedRecipe(old, true)).toThrow(
      /continued from another version of the built-in encoder faces than this Warmstart has; run pretrain with --encoder faces --restart/,
    );
  });

  it('is not there where its file is not', async () => {
    expect(await readContinued(await temporaryFolder())).toBeNull();
  });
});
