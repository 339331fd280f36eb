import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { l10n } from 'vscode';
import { Refusal } from '../errors';

/** A file on the network, and what it has to be. */
export interface Source {
  readonly url: string;
  readonly sha256: string;
}

/**
 * Fetches a file; nothing stays of one that is not what it has to be.
 * @throws Refusal when its bytes are others
 */
export async function checkedDownload(
  { url, sha256 }: Source,
  file: string,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<void> {
  const { host } = new URL(url);
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body)
    throw new Refusal(
      l10n.t('The CUDA runtime could not be downloaded: {0} answers {1}; try again later.', host, `${response.status}`),
    );
  const size = Number(response.headers.get('content-length'));
  const hash = createHash('sha256');
  let taken = 0;
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      taken += chunk.length;
      if (size > 0) progress(taken / size);
      yield chunk;
    }
  };
  try {
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(body, counted, createWriteStream(file), { signal });
    if (hash.digest('hex') !== sha256)
      throw new Refusal(
        l10n.t(
          'The CUDA runtime was not installed: what came from {0} is not the file that Warmstart knows; a proxy or a firewall may have changed it.',
          host,
        ),
      );
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}
