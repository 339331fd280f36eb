import { parentPort, workerData } from 'node:worker_threads';
import { toWire } from '../../../process/wire';
import { openReplica, type ReplicaPlan } from './replica';
import type { ReplicaAnswer, ReplicaOrder } from './replicaThread';

// The other side of `replicaThread.ts`: a thread that is one replica.
const parent = parentPort!;

async function answer(work: () => Promise<unknown>): Promise<void> {
  const reply = await work().then(
    (): ReplicaAnswer => ({ done: true }),
    (error): ReplicaAnswer => ({ done: false, failure: toWire(error) }),
  );
  parent.postMessage(reply);
}

const opening = openReplica(workerData as ReplicaPlan);
parent.on('message', (order: ReplicaOrder) => void answer(async () => (await opening)[order]()));
void answer(() => opening);
