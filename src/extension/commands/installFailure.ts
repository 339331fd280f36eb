import { l10n } from 'vscode';

const LINES_SHOWN = 3;

/** One sentence on why npm could not install the CUDA runtime, and what to do; `lines` are what it said. */
export function installFailure(end: unknown, lines: readonly string[]): string {
  if ((end as NodeJS.ErrnoException | null)?.code === 'ENOENT')
    return l10n.t('npm was not found; install Node.js (nodejs.org), restart VS Code and try again.');
  const text = lines.join('\n');
  if (/ENOSPC|EDQUOT|no space left/i.test(text))
    return l10n.t('The CUDA runtime was not installed: the disk is full; free 2 GB and try again.');
  const refused = /(?:EACCES|EPERM|EROFS)[^\n]*?['"]([^'"\n]+)['"]/.exec(text)?.[1];
  if (refused)
    return l10n.t(
      'The CUDA runtime was not installed: {0} cannot be written; change its rights and try again.',
      refused,
    );
  const host = /(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)[ :]+([\w.-]*\w)/.exec(
    text,
  )?.[1];
  if (host)
    return l10n.t(
      'The CUDA runtime could not be downloaded: {0} cannot be reached; check the connection or the proxy, then try again.',
      host,
    );
  if (/ECONNRESET|ERR_SOCKET_TIMEOUT|network timeout|socket hang up|network aborted/i.test(text))
    return l10n.t(
      'The CUDA runtime could not be downloaded: the connection broke off; check the connection or the proxy, then try again.',
    );
  if (
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_HAS_EXPIRED|unable to verify the first certificate/.test(text)
  )
    return l10n.t(
      'The CUDA runtime could not be downloaded: a proxy answers with a certificate that npm does not trust; name its authority in NODE_EXTRA_CA_CERTS, restart VS Code and try again.',
    );
  // the install script unpacks whatever comes, also a page that says that something is wrong
  if (/TAR_BAD_ARCHIVE|incorrect header check|Invalid or unsupported zip/i.test(text))
    return l10n.t(
      'The CUDA runtime could not be downloaded: what came from storage.googleapis.com is no archive; a proxy or a firewall may keep it back.',
    );
  if (/EBADENGINE|gyp (ERR|WARN)/i.test(text)) {
    const version = /\bnode -v v?(\d[\w.]*)/.exec(text)?.[1];
    return version
      ? l10n.t(
          'The CUDA runtime was not installed: its native part could neither be downloaded nor built for Node {0} of this machine; install Node 20 (nodejs.org), restart VS Code and try again.',
          version,
        )
      : l10n.t(
          'The CUDA runtime was not installed: its native part could neither be downloaded nor built for Node of this machine; install Node 20 (nodejs.org), restart VS Code and try again.',
        );
  }
  const errors = lines.filter((each) => /err/i.test(each) && !/complete log|npm error (code|path|command)/.test(each));
  return l10n.t(
    'The CUDA runtime was not installed; the log (Warmstart: Show Log) has all of what npm said. It begins with: {0}',
    (errors.length > 0 ? errors : lines).slice(0, LINES_SHOWN).join(' '),
  );
}
