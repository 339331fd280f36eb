import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { krippendorffAlpha, pairAgreement, type Verdicts } from '../../../src/shared/agreement';

/** One character an image; a dot where the person left it out. */
const verdicts = (text: string): Verdicts =>
  new Map([...text].flatMap((name, i) => (name === '.' ? [] : [[String(i), name] as const])));

describe('pairAgreement', () => {
  it("gives Cohen's κ of tables worked out by hand", () => {
    // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: p_o 0.7, p_e 0.5
    const one = verdicts('y'.repeat(25) + 'n'.repeat(25));
    const other = verdicts('y'.repeat(20) + 'n'.repeat(5) + 'y'.repeat(10) + 'n'.repeat(15));
    const { both, agreed, kappa } = pairAgreement(one, other);
    expect([both, agreed]).toEqual([50, 0.7]);
    expect(kappa).toBeCloseTo(0.4, 12);
    // the same the other way round, and perfect with oneself
    expect(pairAgreement(other, one).kappa).toBeCloseTo(0.4, 12);
    expect(pairAgreement(one, one)).toEqual({ both: 50, agreed: 1, kappa: 1 });
  });

  it('looks at common images only', () => {
    expect(pairAgreement(verdicts('ab.c'), verdicts('ac.b..'))).toMatchObject({ both: 3, agreed: 1 / 3 });
    expect(pairAgreement(verdicts('ab..'), verdicts('..ab'))).toEqual({ both: 0, agreed: null, kappa: null });
  });

  it('is not defined where both always say one class', () => {
    expect(pairAgreement(verdicts('aaa'), verdicts('aaa'))).toEqual({ both: 3, agreed: 1, kappa: null });
    expect(pairAgreement(verdicts('aaa'), verdicts('bbb'))).toEqual({ both: 3, agreed: 0, kappa: 0 });
  });
});

describe('krippendorffAlpha', () => {
  it("is 0.743 for the four observers of Krippendorff's paper, who left some out", () => {
    const people = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.'];
    expect(krippendorffAlpha(people.map(verdicts))).toBeCloseTo(0.743, 3);
  });

  it('is 1 where all agree, 0 at chance for many images, and null where nothing can be told', () => {
    expect(krippendorffAlpha([verdicts('abcabc'), verdicts('abcabc')])).toBe(1);
    expect(krippendorffAlpha([verdicts('abc'), verdicts('...')])).toBeNull();
    expect(krippendorffAlpha([verdicts('aaa'), verdicts('aaa')])).toBeNull();
    expect(krippendorffAlpha([])).toBeNull();
    const half = 'ab'.repeat(2_000);
    expect(krippendorffAlpha([verdicts(half), verdicts('aabb'.repeat(1_000))])).toBeCloseTo(0, 2);
  });

  it('is what the definition over all pairs of verdicts gives', () => {
    const person = fc
      .array(fc.constantFrom('a', 'b', 'c', '.'), { minLength: 4, maxLength: 8 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(fc.array(person, { minLength: 2, maxLength: 4 }), (texts) => {
        const people = texts.map(verdicts);
        const units = new Map<string, string[]>();
        for (const one of people)
          for (const [image, name] of one) units.set(image, [...(units.get(image) ?? []), name]);
        const paired = [...units.values()].filter((names) => names.length > 1);
        const values = paired.flat();
        const n = values.length;
        let observed = 0;
        for (const names of paired)
          for (const [i, a] of names.entries())
            for (const [j, b] of names.entries()) if (i !== j && a !== b) observed += 1 / (names.length - 1) / n;
        let expected = 0;
        for (const [i, a] of values.entries())
          for (const [j, b] of values.entries()) if (i !== j && a !== b) expected += 1 / (n * (n - 1));
        const alpha = krippendorffAlpha(people);
        if (expected === 0) expect(alpha).toBeNull();
        else expect(alpha).toBeCloseTo(1 - observed / expected, 9);
      }),
    );
  });
});
