import { STOPPED_EARLY } from '../errors';

/** What a cluster of containers is asked for. */
export interface KubernetesRequest {
  readonly name: string;
  readonly cells: number;
  readonly perTask: number;
  readonly most?: number;
  /** Megabytes of a task. */
  readonly memory: number;
  /** The benchmark's arguments, without program and part. */
  readonly arguments: readonly string[];
}

/** Restarts of each task on the whole. */
const MOST_RESTARTS = 20;

/**
 * The array as a Kubernetes Indexed Job (batch/v1). Image and volume are left to fill in: the image has Warmstart on its path as
 * `warmstart`, and all tasks see the workspace under the same path.
 */
export function kubernetesJob({ name, cells, perTask, most, memory, ...rest }: KubernetesRequest) {
  const tasks = Math.ceil(cells / perTask);
  const label = `warmstart-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.slice(0, 63).replace(/-+$/, '');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: label },
    spec: {
      completionMode: 'Indexed',
      completions: tasks,
      parallelism: Math.min(most ?? tasks, tasks),
      backoffLimitPerIndex: MOST_RESTARTS,
      maxFailedIndexes: tasks,
      podFailurePolicy: {
        // a task that was stopped early is started again without counting as failed
        rules: [
          { action: 'Ignore', onExitCodes: { containerName: 'cell', operator: 'In', values: [STOPPED_EARLY] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'cell',
              image: 'IMAGE',
              command: ['warmstart'],
              args: [...rest.arguments, '--cells', ...(perTask > 1 ? ['--per-task', String(perTask)] : [])],
              resources: { requests: { cpu: '1', memory: `${memory}Mi` }, limits: { memory: `${memory}Mi` } },
              volumeMounts: [{ name: 'workspace', mountPath: 'WORKSPACE' }],
            },
          ],
          volumes: [{ name: 'workspace', persistentVolumeClaim: { claimName: 'CLAIM' } }],
        },
      },
    },
  } as const;
}
