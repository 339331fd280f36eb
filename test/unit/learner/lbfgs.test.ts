import { describe, expect, it } from 'vitest';
import { minimise, type SmoothFunction } from '../../../src/engine/learner/lbfgs';

const options = { tolerance: 1e-9, maxIterations: 500 };

describe('minimise', () => {
  it('finds the minimum of an ill-conditioned quadratic', async () => {
    const curvature = [1, 10, 100, 1000, 10000];
    const quadratic: SmoothFunction = async (x, gradient) => {
      let value = 3;
      curvature.forEach((a, i) => {
        value += (a / 2) * (x[i] - i) ** 2;
        gradient[i] = a * (x[i] - i);
      });
      return value;
    };
    const found = await minimise(quadratic, new Float64Array(5).fill(7), options);
    expect(found.converged).toBe(true);
    expect(found.value).toBeCloseTo(3, 12);
    found.x.forEach((v, i) => {
      expect(v).toBeCloseTo(i, 8);
    });
  });

  it('follows a curved valley (Rosenbrock) and leaves the start as it was', async () => {
    const rosenbrock: SmoothFunction = async ([x, y], gradient) => {
      gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
      gradient[1] = 200 * (y - x * x);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    };
    const start = Float64Array.of(-1.2, 1);
    const values: number[] = [];
    const found = await minimise(rosenbrock, start, { ...options, onIteration: (_, value) => values.push(value) });
    expect([...found.x].map((v) => Number(v.toFixed(7)))).toEqual([1, 1]);
    expect([...start]).toEqual([-1.2, 1]);
    expect(found.iterations).toBeLessThan(80);
    expect(values).toHaveLength(found.iterations);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it('goes straight to the minimum where it knows the curvature', async () => {
    const curvature = [1, 10, 100, 1000, 10000];
    const quadratic: SmoothFunction = async (x, gradient) => {
      curvature.forEach((a, i) => {
        gradient[i] = a * (x[i] - i);
      });
      return x.reduce((sum, v, i) => sum + (curvature[i] / 2) * (v - i) ** 2, 0);
    };
    const precondition = (gradient: Float64Array) => {
      curvature.forEach((a, i) => {
        gradient[i] /= a;
      });
    };
    const found = await minimise(quadratic, new Float64Array(5).fill(7), { ...options, precondition });
    expect(found).toMatchObject({ converged: true, iterations: 1 });
    expect([...found.x].map((v) => Number(v.toFixed(8)))).toEqual([0, 1, 2, 3, 4]);
  });

  it('says so when it runs out of iterations', async () => {
    const slope: SmoothFunction = async (x, gradient) => {
      gradient[0] = -Math.exp(-x[0]);
      return Math.exp(-x[0]);
    };
    const found = await minimise(slope, new Float64Array(1), { tolerance: 0, maxIterations: 5 });
    expect(found.iterations).toBe(5);
    expect(found.converged).toBe(false);
    expect(found.x[0]).toBeGreaterThan(1);
  });

  it('stops where it is when no step lowers the value', async () => {
    const wrongGradient: SmoothFunction = async (x, gradient) => {
      gradient[0] = -1;
      return x[0] ** 2;
    };
    const found = await minimise(wrongGradient, new Float64Array(1), { tolerance: 1e-6, maxIterations: 100 });
    expect(found.converged).toBe(false);
    expect(found.value).toBeLessThan(1e-12);
  });
});
