import { Job } from 'kubernetes-models/batch/v1/Job';
import { describe, expect, it } from 'vitest';
import { kubernetesJob } from '../../../src/engine/benchmark/kubernetesJob';

const request = {
  name: 'On Faces / 2',
  cells: 10,
  perTask: 4,
  memory: 800,
  arguments: ['--workspace', 'WORKSPACE', 'benchmark', 'faces'],
};

describe('The manifest of an Indexed Job', () => {
  it("is one by Kubernetes' own schema, and one with a mistake is not", () => {
    const manifest = kubernetesJob(request);
    expect(() => new Job(structuredClone(manifest) as never).validate()).not.toThrow();
    const wrong = { ...manifest, spec: { ...manifest.spec, completions: 'ten' } };
    expect(() => new Job(wrong as never).validate()).toThrow(/completions/);
  });

  it('has a task for each so many cells, under a name that Kubernetes takes', () => {
    const { metadata, spec } = kubernetesJob({ ...request, most: 2 });
    expect(metadata.name).toBe('warmstart-on-faces-2');
    expect(spec).toMatchObject({ completions: 3, parallelism: 2 });
    expect(spec.template.spec.containers[0].args.slice(-3)).toEqual(['--cells', '--per-task', '4']);
  });
});
