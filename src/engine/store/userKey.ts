import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readUtf8 } from './door';
import { userFolder } from './userFolder';

/** What this user has checked is signed with this: whoever writes a repository does not have it. */
const keyPath = (): string => join(userFolder(), 'proof.key');

const BYTES = 32;
const LONGEST = 1 << 10;
const isKey = (text: string): boolean => text.length === 2 * BYTES && /^[0-9a-f]+$/.test(text);

/** The signature of a text, which only this user's processes can make; null where no key can be kept. */
export async function signature(text: string): Promise<string | null> {
  const key = (await readKey()) ?? (await makeKey());
  return key && createHmac('sha256', key).update(text).digest('hex');
}

async function readKey(): Promise<string | null> {
  const text = await readUtf8(keyPath(), LONGEST).catch(() => '');
  return isKey(text) ? text : null;
}

/** Never over one that is there: another process may have made it at the same moment. */
async function makeKey(): Promise<string | null> {
  try {
    await mkdir(dirname(keyPath()), { recursive: true });
    await writeFile(keyPath(), randomBytes(BYTES).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch {
    // a home that can't be written, or another process was first
  }
  return readKey();
}
