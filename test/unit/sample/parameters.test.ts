import { describe, expect, it } from 'vitest';
import { actionUnitNumbers } from '../../../src/sample/actionUnits';
import { drawFace } from '../../../src/sample/drawFace';
import { expressions } from '../../../src/sample/expressions';
import { Frame } from '../../../src/sample/frame';
import { landmarks } from '../../../src/sample/landmarks';
import { sampleFace } from '../../../src/sample/parameters';
import { expressionOf, FIRST_TEST_FACE } from '../../../src/sample/quota';

const count = (from: number, n: number, seed = 3): Map<string, number> => {
  const counts = new Map<string, number>();
  for (let i = from; i < from + n; i++) {
    const name = expressionOf(seed, i);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
};

describe('the quota', () => {
  it('has the proportions of FER2013 in every 100 faces', () => {
    const expected = { angry: 14, disgust: 2, fear: 14, happy: 25, neutral: 18, sad: 17, surprise: 10 };
    expect(Object.fromEntries(count(300, 100))).toEqual(expected);
    expect(Object.fromEntries(count(FIRST_TEST_FACE, 100))).toEqual(expected);
  });

  it('shows all seven expressions from 50 faces on, under any seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(count(0, 50, seed).size).toBe(7);
      expect(count(FIRST_TEST_FACE, 50, seed).size).toBe(7);
    }
  });

  it('is shuffled: another seed, another order', () => {
    const order = (seed: number): string => Array.from({ length: 50 }, (_, i) => expressionOf(seed, i)).join();
    expect(order(1)).not.toBe(order(2));
  });
});

describe('a face', () => {
  it('depends on seed and index alone', () => {
    const late = sampleFace(5, 421);
    for (let i = 0; i < 10; i++) sampleFace(5, i);
    expect(sampleFace(5, 421)).toEqual(late);
    expect(drawFace(sampleFace(5, 421))).toBe(drawFace(late));
    expect(drawFace(sampleFace(5, 422))).not.toBe(drawFace(late));
    expect(drawFace(sampleFace(6, 421))).not.toBe(drawFace(late));
  });

  it('keeps person, pose and picture when only the expression is changed', () => {
    const { identity, pose, light, scene, camera } = sampleFace(1, 9, { expression: 'happy' });
    expect(sampleFace(1, 9, { expression: 'angry' })).toMatchObject({
      identity,
      pose,
      light,
      scene,
      camera,
      expression: 'angry',
    });
  });

  it('is the same person with the same expression in another look, in another situation', () => {
    const [met, posed] = (['photographs', 'studio'] as const).map((look) => sampleFace(1, 9, { look }));
    const { identity, units, expression } = met!;
    expect(posed).toMatchObject({ identity, units, expression });
    expect(posed!.pose).not.toEqual(met!.pose);
    expect(sampleFace(1, 9)).toEqual(met);
  });

  it('has action units between 0 and 1 and finite landmarks', () => {
    for (let i = 0; i < 300; i++) {
      const face = sampleFace(2, i);
      for (const [name, value] of Object.entries(face.units)) {
        expect(actionUnitNumbers).toHaveProperty(name);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
      expect(face.intensity).toBeGreaterThanOrEqual(0.5);
      expect(drawFace(face)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('is well-formed SVG of the size asked for, without text or links', () => {
    const svg = drawFace(sampleFace(1, 1), 96);
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="96" height="96" viewBox="-128 -128 256 256">/,
    );
    expect(svg.match(/<g[ >]/g)?.length).toBe(svg.match(/<\/g>/g)?.length);
    expect(svg).not.toMatch(/<text|href|<image/);
  });
});

describe('a look', () => {
  const faces = (look: 'photographs' | 'studio') => Array.from({ length: 300 }, (_, i) => sampleFace(2, i, { look }));
  const [met, posed] = [faces('photographs'), faces('studio')];
  const spread = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };

  it.each(['roll', 'yaw', 'pitch', 'scale', 'x'] as const)('varies more in photographs: %s', (name) => {
    const of = (some: typeof met) => spread(some.map(({ pose }) => pose[name]));
    expect(of(met)).toBeGreaterThan(1.5 * of(posed));
  });

  it('has things behind people, and shadows on them, only in photographs', () => {
    const share = (some: typeof met, has: (face: (typeof met)[number]) => boolean) =>
      some.filter(has).length / some.length;
    expect(share(met, ({ scene }) => scene.things.length > 0)).toBeGreaterThan(0.8);
    expect(share(posed, ({ scene }) => scene.things.length > 0)).toBe(0);
    expect(share(met, ({ light }) => light.shadow !== undefined)).toBeGreaterThan(0.2);
    expect(share(posed, ({ light }) => light.shadow !== undefined)).toBe(0);
  });

  it('keeps eyes and mouth in the picture', () => {
    for (const face of met) {
      const { pose } = face;
      const { eyes, mouth } = landmarks(face);
      const frame = new Frame(pose);
      const radians = (pose.roll * Math.PI) / 180;
      const points = [...eyes.map(({ centre }) => centre), mouth.left, mouth.right, mouth.lowerOuter[2]!];
      for (const [x, y] of frame.all(points)) {
        const across = pose.x + pose.scale * (x * Math.cos(radians) - y * Math.sin(radians));
        const down = pose.y + pose.scale * (x * Math.sin(radians) + y * Math.cos(radians));
        expect(Math.max(Math.abs(across), Math.abs(down))).toBeLessThan(128);
      }
    }
  });
});

describe('expressions in the landmarks, on the average of 60 people', () => {
  /** Means over the same people with each expression. */
  const means = new Map(
    expressions.map((name) => {
      const faces = Array.from({ length: 60 }, (_, i) => landmarks(sampleFace(4, i, { expression: name })));
      const mean = (value: (face: (typeof faces)[number]) => number): number =>
        faces.reduce((sum, face) => sum + value(face), 0) / faces.length;
      return [
        name,
        {
          innerBrow: mean(({ brows }) => brows[0].line[0][1] + brows[1].line[0][1]) / 2,
          outerBrow: mean(({ brows }) => brows[0].line[2][1] + brows[1].line[2][1]) / 2,
          eyes: mean(({ eyes }) => eyes[0].upperLid + eyes[1].upperLid + eyes[0].lowerLid + eyes[1].lowerLid) / 2,
          corners: mean(({ mouth }) => mouth.left[1] + mouth.right[1]) / 2,
          width: mean(({ mouth }) => mouth.right[0] - mouth.left[0]),
          gap: mean(({ mouth }) => mouth.gap),
          wings: mean(({ nose }) => nose.wingY),
        },
      ] as const;
    }),
  );
  const of = (name: (typeof expressions)[number]) => means.get(name)!;
  const neutral = of('neutral');

  it('anger lowers the brows (AU4)', () => {
    expect(of('angry').innerBrow).toBeGreaterThan(neutral.innerBrow + 4);
    expect(of('angry').eyes).toBeLessThan(neutral.eyes);
  });

  it('disgust wrinkles the nose (AU9) and lowers the corners (AU15)', () => {
    for (const name of expressions)
      if (name !== 'disgust') expect(of('disgust').wings).toBeLessThan(of(name).wings - 2);
    expect(of('disgust').corners).toBeGreaterThan(neutral.corners);
  });

  it('fear raises the inner brows (AU1), widens the eyes (AU5) and stretches the mouth (AU20)', () => {
    expect(of('fear').innerBrow).toBeLessThan(neutral.innerBrow - 4);
    expect(of('fear').eyes).toBeGreaterThan(neutral.eyes + 1);
    expect(of('fear').width).toBeGreaterThan(neutral.width + 5);
  });

  it('happiness lifts the corners (AU12) and narrows the eyes (AU6)', () => {
    expect(of('happy').corners).toBeLessThan(neutral.corners - 6);
    expect(of('happy').eyes).toBeLessThan(neutral.eyes);
  });

  it('sadness raises only the inner brows (AU1) and lowers the corners (AU15)', () => {
    expect(of('sad').innerBrow).toBeLessThan(neutral.innerBrow - 4);
    expect(of('sad').outerBrow).toBeGreaterThan(of('surprise').outerBrow + 6);
    expect(of('sad').corners).toBeGreaterThan(neutral.corners + 4);
  });

  it('surprise raises all of the brows (AU1+2) and drops the jaw (AU26)', () => {
    expect(of('surprise').innerBrow).toBeLessThan(neutral.innerBrow - 6);
    expect(of('surprise').outerBrow).toBeLessThan(neutral.outerBrow - 6);
    for (const name of expressions)
      if (name !== 'surprise') expect(of('surprise').gap).toBeGreaterThan(of(name).gap + 5);
  });
});
