import { afterEach, describe, expect, it, vi } from 'vitest';
import { findOrWhy, NotSetUp, Unavailable } from '../../support/machine/unavailable';

afterEach(() => vi.unstubAllEnvs());

const notSetUp = (): string => {
  throw new NotSetUp('There is no browser.');
};
const impossible = (): string => {
  throw new Unavailable('It runs on Linux only.');
};

describe('what a machine lacks', () => {
  it('is found where it is', () => {
    expect(findOrWhy(() => 'browser')).toEqual({ found: 'browser', why: null });
  });

  it.each(['', '0', 'false'])('is a reason to skip tests, with advice (CI is "%s")', (ci) => {
    vi.stubEnv('CI', ci);
    expect(findOrWhy(notSetUp)).toEqual({
      found: null,
      why: 'There is no browser. `npm run test:setup` fetches what is missing.',
    });
  });

  it.each(['true', '1'])('is a failure in continuous integration (CI is "%s"), where it could be set up', (ci) => {
    vi.stubEnv('CI', ci);
    expect(() => findOrWhy(notSetUp)).toThrow('There is no browser. `npm run test:setup` fetches what is missing.');
    expect(findOrWhy(impossible)).toEqual({ found: null, why: 'It runs on Linux only.' });
  });

  it('hides no other error', () => {
    expect(() =>
      findOrWhy(() => {
        throw new TypeError('a defect');
      }),
    ).toThrow('a defect');
  });
});
