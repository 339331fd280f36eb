import { expect, it } from 'vitest';
import { expectedTime } from '../../../src/engine/benchmark/expectedTime';

const round = (strategy: string, labelled: number, seconds: number, features = 'hog') => ({
  strategy,
  features,
  labelled,
  seconds,
});
const wanted = (strategy: string, labelled: number, features = 'hog') => ({ strategy, features, labelled });

it('takes the mean of rounds of the same strategy with the nearest number of labels', () => {
  const timed = [round('margin', 10, 1), round('margin', 10, 3), round('margin', 40, 5), round('bald', 10, 100)];
  expect(expectedTime([wanted('margin', 12), wanted('margin', 38)], timed)).toEqual({ seconds: 7, untimed: [] });
});

it('lets more labels than were ever timed take longer in proportion', () => {
  expect(expectedTime([wanted('margin', 80)], [round('margin', 40, 5)])).toEqual({ seconds: 10, untimed: [] });
});

it('takes other strategies where one was never timed, and says so; nothing where the features never were', () => {
  const timed = [round('margin', 10, 2), round('random', 10, 4)];
  expect(expectedTime([wanted('bald', 10), wanted('bald', 10)], timed)).toEqual({ seconds: 6, untimed: ['bald'] });
  expect(expectedTime([wanted('margin', 10), wanted('margin', 10, 'scratch')], timed)).toBeNull();
  expect(expectedTime([], [])).toEqual({ seconds: 0, untimed: [] });
});
