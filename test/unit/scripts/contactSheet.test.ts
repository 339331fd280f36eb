import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { contactSheet, readmeSheet } from '../../../scripts/faces/contactSheet';
import { projectFolder } from '../../support/folders';

describe('contactSheet', () => {
  it('is a PNG with a row for each expression and ink beside each row', async () => {
    const sheet = await contactSheet({ seed: 1, perClass: 2, size: 48 });
    const { data, info } = await sharp(sheet).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([50 + 2 * 50 + 2, 19 + 7 * 50 + 2]);
    for (let row = 0; row < 7; row++) {
      let ink = 0;
      for (let y = 19 + row * 50; y < 19 + (row + 1) * 50; y++)
        for (let x = 0; x < 50; x++) if (data[(y * info.width + x) * info.channels] < 200) ink++;
      expect(ink).toBeGreaterThan(20);
    }
  });

  it("is the README's picture", async () => {
    const pixels = (sheet: string | Buffer) => sharp(sheet).removeAlpha().raw().toBuffer();
    const kept = await pixels(join(projectFolder, 'docs/pictures/sample-faces.png'));
    const drawn = await pixels(await contactSheet(readmeSheet));
    expect(drawn).toHaveLength(kept.length);
    // letter for letter on one system; others may round curves otherwise
    const difference = kept.reduce((sum, value, i) => sum + Math.abs(value - (drawn[i] ?? 0)), 0) / kept.length;
    expect(difference).toBeLessThan(1);
  });
});
