import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openBlazeFace } from '../../../src/engine/faces/blazeFace';
import { overlap } from '../../../src/engine/faces/geometry';
import { ensureBuilt } from '../../support/built';
import { projectFolder } from '../../support/folders';
import { facesOfHuman } from '../../support/humanFaces';
import { temporaryFolder } from '../../support/temporaryFolder';

beforeAll(ensureBuilt);

/** A part of the package's own picture of what it does, in which faces are not drawn over. */
const picture = join(projectFolder, 'node_modules/@vladmandic/human/assets/samples.jpg');
const part = { left: 160, top: 0, width: 380, height: 160 };

describe('BlazeFace', () => {
  it("finds what Human's own package finds in its picture, to a hundredth of a pixel", async () => {
    const data = await sharp(picture).extract(part).resize(256, 256, { fit: 'fill' }).removeAlpha().raw().toBuffer();
    const theirs = await facesOfHuman(await temporaryFolder(), data);
    expect(theirs.length).toBeGreaterThanOrEqual(2);

    const network = await openBlazeFace(1, join(projectFolder, 'dist/encoders'));
    onTestFinished(() => network.dispose());
    const ours = await network.detect({ width: 256, height: 256, channels: 3, data }, 0.5);
    const sorted = [...ours].sort((a, b) => b.score - a.score);
    const kept = sorted.filter((one, i) => !sorted.slice(0, i).some(({ box }) => overlap(box, one.box) > 0.3));
    expect(kept.length).toBe(theirs.length);
    for (const [i, { boxScore, mesh }] of theirs.entries()) {
      const { score, leftEye, rightEye, mouth } = kept[i]!;
      expect(Math.abs(score - boxScore)).toBeLessThan(0.006); // theirs is rounded
      for (const [point, at] of [
        [leftEye, 0],
        [rightEye, 1],
        [mouth, 3],
      ] as const)
        expect(Math.hypot(point.x - mesh[at]![0], point.y - mesh[at]![1])).toBeLessThan(0.01);
    }
  });
});
