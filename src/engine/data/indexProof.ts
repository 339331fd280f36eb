import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { DatasetFile } from '../../shared/schema/dataset';
import { writeFileAtomic } from '../store/atomicFile';

/**
 * Checking the list of images against its dataset takes a second for 100,000 images. Once it is done, a file beside the list
 * says for which bytes of it and for which dataset, so that whoever only saves a label need not do it again.
 */
const proofPath = (index: string): string => index.replace(/\.json$/, '.checked');

function proofOf(bytes: Uint8Array, { digest, labelDigest, image }: DatasetFile): string {
  const { channels, height, width } = image;
  const list = createHash('sha256').update(bytes).digest('hex');
  return `${JSON.stringify({ list, digest, labelDigest, image: [channels, height, width] })}\n`;
}

/** Whether a list of images with these bytes has been found to belong to the dataset. */
export async function isProven(index: string, bytes: Uint8Array, dataset: DatasetFile): Promise<boolean> {
  const proof = await readFile(proofPath(index), 'utf8').catch(() => null);
  return proof !== null && proof === proofOf(bytes, dataset);
}

/** Notes that a list of images belongs to the dataset. It only saves time, so a cache that can't be written is no failure. */
export async function writeProof(index: string, bytes: Uint8Array, dataset: DatasetFile): Promise<void> {
  if (await isProven(index, bytes, dataset)) return;
  await writeFileAtomic(proofPath(index), proofOf(bytes, dataset)).catch(() => {});
}
