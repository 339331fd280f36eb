import { describe, expect, it } from 'vitest';
import { createEncoder, earlyOf, isCombined, isWeighed, leadOf } from '../../../src/engine/features/encoder';
import { hog } from '../../../src/engine/features/hog';
import { FeatureOpener, openProduct } from '../../../src/engine/features/kinds';
import { silentJob } from '../../../src/engine/job';
import { builtInNames } from '../../../src/shared/encoders';
import { featureNames, kindOf } from '../../../src/shared/features';
import { importedFaces } from '../../support/importedFaces';
import { writtenEncoder } from '../../support/writtenEncoder';

const faces = () => importedFaces({ classes: ['a', 'b'], train: 4, test: 1 });

describe('FeatureOpener', () => {
  it('opens what needs no encoder, and says of the others that there is none', async () => {
    const opener = new FeatureOpener(await faces(), silentJob);
    for (const name of featureNames) {
      if (builtInNames.some((builtIn) => builtIn === name)) continue; // they run in a process: test/engine/embedding.test.ts
      const looks = await opener.open(name);
      if (name !== 'product') expect(looks === null, name).toBe(kindOf(name).pretrained);
    }
    const product = await opener.openProduct();
    expect(product.features).toBe(hog);
    expect(product.network?.pretrained).toBe(false);
  });

  it('begins with HOG as long as the pre-trained encoder has learnt next to nothing', async () => {
    const dataset = await faces();
    await writtenEncoder(dataset, -2.9);
    const { features, network } = await openProduct(dataset, silentJob);
    expect(isWeighed(features) && features.parts).toEqual([leadOf(features), network]);
    expect(leadOf(features)).toMatchObject({ name: 'hog' });
    await writtenEncoder(dataset, -3);
    const later = await openProduct(dataset, silentJob);
    expect(leadOf(later.features)).toBe(later.network);
  });

  it('makes each part once, so that rows and seeds share what is kept of it', async () => {
    const dataset = await faces();
    await writtenEncoder(dataset);
    const opener = new FeatureOpener(dataset, silentJob);
    const product = await opener.open('product', 'small', 0);
    const later = await opener.open('product', 'small', 1);
    const combined = await opener.open('combined', 'small', 2);
    const alone = await opener.open('pretrained', 'small', 3);
    expect(later?.features).toBe(product?.features);
    expect(isWeighed(product!.features) && product!.features.parts).toEqual([alone?.network, hog]);
    expect(leadOf(product!.features)).toBe(alone?.network);
    expect(earlyOf(product!.features)).toBe(combined?.features);
    expect(isCombined(combined!.features) && combined!.features.parts[0]).toBe(alone?.network);
    expect((await opener.open('combined', 'small', 3))?.features).toBe(combined?.features);
    expect(product?.network).toBe(alone?.network);
    expect(combined?.network).toBeNull();
    expect((await openProduct(dataset, silentJob)).network?.pretrained).toBe(true);

    const scratch = await opener.open('scratch', 'small', 5);
    expect((await opener.open('random', 'small', 5))?.features).toBe(scratch?.network);
    expect((await opener.open('random', 'small', 6))?.features).not.toBe(scratch?.network);
    expect(scratch?.network?.parameters).toEqual(createEncoder('small', [1, 24, 24], 5).parameters);
  });
});
