import { describe, expect, it } from 'vitest';

const advice = /so it would always pass: use expect\.stringMatching/;
const found = { code: 7, error: { message: 'something else' }, causes: [{ message: 'another' }] };

describe('a regular expression', () => {
  it.each([
    ['at the top', { code: /x/ }],
    ['in an object', { error: { message: /before the handshake/ } }],
    ['in an array', { causes: [{ message: /first/ }] }],
  ])('%s of what toMatchObject expects is refused', (_, expected) => {
    expect(() => expect(found).toMatchObject(expected)).toThrow(advice);
    expect(() => expect(found).not.toMatchObject(expected)).toThrow(advice);
  });

  it('is refused in a promise too', async () => {
    await expect(expect(Promise.reject(found)).rejects.toMatchObject({ code: /8/ })).rejects.toThrow(advice);
    await expect(expect(Promise.resolve(found)).resolves.toMatchObject({ code: /8/ })).rejects.toThrow(advice);
  });

  it('is refused in objectContaining, wherever that stands', () => {
    expect(() => expect.objectContaining({ message: /x/ })).toThrow(advice);
    expect(() => expect.not.objectContaining({ message: /x/ })).toThrow(advice);
    expect(() => expect(found).toEqual({ error: expect.objectContaining({ message: /x/ }) })).toThrow(advice);
  });

  it('is told where it stands', () => {
    expect(() => expect(found).toMatchObject({ causes: [{ message: /first/ }] })).toThrow(
      '(/first/ at causes.0.message)',
    );
  });
});

describe('what may be expected', () => {
  it('is compared as ever', () => {
    expect(found).toMatchObject({ error: { message: expect.stringMatching(/^some/) } });
    expect(found).toMatchObject(expect.objectContaining({ code: 7 }));
    expect(found).not.toMatchObject({ error: { message: expect.stringMatching(/handshake/) } });
    expect(() => expect(found).toMatchObject({ code: 8 })).toThrow(/to match object/);
  });
});

// it.fails passes only when the test in it does not
describe('a test without an assertion', () => {
  it.fails('fails', () => {});

  it.fails('fails as well when it only looks at what it can not find', () => {
    for (const one of [] as number[]) expect(one).toBe(1);
  });
});
