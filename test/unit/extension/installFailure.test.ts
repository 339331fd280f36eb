import { describe, expect, it } from 'vitest';
import { installFailure } from '../../../src/extension/commands/installFailure';

/** As npm 11 ends when the install script of a package fails. */
const npmError = [
  'npm error code 1',
  'npm error path /home/ann/packages/node_modules/@tensorflow/tfjs-node-gpu',
  'npm error command failed',
  'npm error command sh -c node scripts/install.js gpu download',
  'npm error A complete log of this run can be found in: /home/ann/.npm/_logs/debug-0.log',
];

/** What the real package said where storage.googleapis.com could not be reached. */
const offline = [
  '> @tensorflow/tfjs-node-gpu@4.22.0 install',
  '> node scripts/install.js gpu download',
  'GPU-linux-4.22.0.tar.gz',
  '* Downloading libtensorflow',
  'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz',
  'node:events:502',
  "throw er; // Unhandled 'error' event",
  'Error: getaddrinfo ENOTFOUND storage.googleapis.com',
  'at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26)',
  'errno: -3008,',
  "code: 'ENOTFOUND',",
  ...npmError,
];

describe('a failed installation of the CUDA runtime is told in one sentence', () => {
  it.each([
    [
      'no network to the library',
      1,
      offline,
      'The CUDA runtime could not be downloaded: storage.googleapis.com cannot be reached; check the connection or the proxy, then try again.',
    ],
    [
      'no network to npm',
      1,
      [
        'npm error code ENOTFOUND',
        'npm error syscall getaddrinfo',
        'npm error errno ENOTFOUND',
        'npm error network request to https://packages.example.org/@tensorflow%2ftfjs-node-gpu failed, reason: getaddrinfo ENOTFOUND packages.example.org',
      ],
      'The CUDA runtime could not be downloaded: packages.example.org cannot be reached; check the connection or the proxy, then try again.',
    ],
    [
      'a proxy that is not there',
      1,
      ['Error: connect ECONNREFUSED 127.0.0.1:3128', ...npmError],
      'The CUDA runtime could not be downloaded: 127.0.0.1 cannot be reached; check the connection or the proxy, then try again.',
    ],
    [
      'a connection that breaks off',
      1,
      ['* Downloading libtensorflow', 'Error: read ECONNRESET', ...npmError],
      'The CUDA runtime could not be downloaded: the connection broke off; check the connection or the proxy, then try again.',
    ],
    [
      'a certificate of a proxy',
      1,
      ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'npm error self-signed certificate in certificate chain'],
      'The CUDA runtime could not be downloaded: a proxy answers with a certificate that npm does not trust; name its authority in NODE_EXTRA_CA_CERTS, restart VS Code and try again.',
    ],
    [
      'a page instead of the library',
      1,
      ['* Downloading libtensorflow', 'Error: TAR_BAD_ARCHIVE: Unrecognized archive format', ...npmError],
      'The CUDA runtime could not be downloaded: what came from storage.googleapis.com is no archive; a proxy or a firewall may keep it back.',
    ],
    [
      'no space',
      1,
      ['npm error code ENOSPC', 'npm error nospc ENOSPC: no space left on device, write', ...npmError],
      'The CUDA runtime was not installed: the disk is full; free 2 GB and try again.',
    ],
    [
      'no right to write',
      1,
      [
        'npm error code EACCES',
        "npm error Error: EACCES: permission denied, mkdir '/home/ann/packages.new/node_modules'",
      ],
      'The CUDA runtime was not installed: /home/ann/packages.new/node_modules cannot be written; change its rights and try again.',
    ],
    [
      'no native part for this version of Node',
      1,
      [
        'node-pre-gyp install failed with error: Error: Command failed: node-pre-gyp install --fallback-to-build',
        'node-pre-gyp ERR! install response status 404 Not Found on https://storage.googleapis.com/tf-builds/x.tar.gz',
        'gyp ERR! find Python You need to install the latest version of Python.',
        'gyp ERR! node -v v25.1.0',
        ...npmError,
      ],
      'The CUDA runtime was not installed: its native part could neither be downloaded nor built for Node 25.1.0 of this machine; install Node 20 (nodejs.org), restart VS Code and try again.',
    ],
    [
      'no npm',
      Object.assign(new Error('spawn npm ENOENT'), { code: 'ENOENT' }),
      [],
      'npm was not found; install Node.js (nodejs.org), restart VS Code and try again.',
    ],
    [
      'anything else',
      'SIGKILL',
      ['added nothing', 'Error: the library is upside down', ...npmError],
      'The CUDA runtime was not installed; the log (Warmstart: Show Log) has all of what npm said. It begins with: Error: the library is upside down',
    ],
  ])('%s', (_, end, lines, expected) => {
    expect(installFailure(end, lines)).toBe(expected);
  });
});
