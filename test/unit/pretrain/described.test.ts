import { expect, it } from 'vitest';
import { describePretrain } from '../../../src/engine/commands/pretrain';
import type { FeatureName } from '../../../src/shared/features';
import { encoderFile } from '../../support/datasetFiles';

it('says that rounds begin with HOG only where they look through an encoder that has learnt next to nothing', () => {
  const said = (uniformity: number, inUse: FeatureName | null) => {
    const encoder = { ...encoderFile(), health: { alignment: 0.2, uniformity, effectiveRank: 3 } };
    return describePretrain({ inUse, trained: true, directory: '/w/warmstart/faces', encoder });
  };
  expect(said(-0.6, 'combined')).toMatch(/learnt next to nothing yet .*: rounds begin with HOG/);
  expect(said(-0.6, null)).toMatch(/rounds begin with HOG/);
  expect(said(-0.6, 'faces')).toMatch(
    /learnt next to nothing yet .*; pre-train for longer\.\nRounds go on looking through faces/,
  );
  expect(said(-0.6, 'faces')).not.toMatch(/rounds begin with HOG/);
  expect(said(-3.6, 'combined')).not.toMatch(/next to nothing/);
});
