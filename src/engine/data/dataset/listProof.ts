import type { DatasetFile } from '../../../shared/schema/dataset';
import { placeIn, places } from '../../../shared/workspace/paths';
import { writeFileAtomic } from '../../store/atomicFile';
import { sha256 } from '../../store/digest';
import { readUtf8 } from '../../store/door';
import { signature } from '../../store/userKey';

/*
 * That a list of images was checked, for which bytes and for which dataset, signed with a key outside of the repository: a
 * proof that came with a folder proves nothing.
 */

const proofPath = (directory: string): string => placeIn(directory, places.indexProof);

/** Longer ones are no proofs (bytes). */
const LONGEST = 1 << 10;

/** `unknown`: nothing can be proven on this machine, so whoever asks has to check. */
export type Proof = 'proven' | 'unproven' | 'unknown';

function proofOf(bytes: Uint8Array, { digest, labelDigest, image }: DatasetFile): Promise<string | null> {
  const { channels, height, width } = image;
  const list = sha256(bytes);
  return signature(JSON.stringify({ list, digest, labelDigest, image: [channels, height, width] }));
}

/** Whether this user has found a list with these bytes to belong to the dataset. */
export async function proofFor(directory: string, bytes: Uint8Array, dataset: DatasetFile): Promise<Proof> {
  const expected = await proofOf(bytes, dataset);
  if (expected === null) return 'unknown';
  const proof = await readUtf8(proofPath(directory), LONGEST).catch(() => '');
  return proof.trim() === expected ? 'proven' : 'unproven';
}

/** Notes that a list belongs to the dataset. It only saves time, so a cache that can't be written is no failure. */
export async function writeProof(directory: string, bytes: Uint8Array, dataset: DatasetFile): Promise<void> {
  if ((await proofFor(directory, bytes, dataset)) !== 'unproven') return;
  await writeFileAtomic(proofPath(directory), `${await proofOf(bytes, dataset)}\n`).catch(() => {});
}
