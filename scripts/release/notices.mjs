// The notices of everything that others made and that really is in a package: what the bundles were built from, and the
// packages with native code that lie beside them.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const texts = fileURLToPath(new URL('licences', import.meta.url));

/** Licences that ship as files of their own, below `licences/`, since the notices refer to them. */
export const shippedLicences = ['LGPL-3.txt', 'GPL-3.txt', 'MPL-1.1.txt', 'Apache-2.0.txt'].map((name) =>
  join(texts, name),
);

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const microsoft = 'Copyright (c) Microsoft Corporation. All rights reserved.';
const mitOf = (holder) => async () => `MIT License\n\n${holder}\n\n${mit}`;
const apacheOf = (holder) => async () => `${holder}\n\nApache License 2.0: licences/Apache-2.0.txt`;

/** What packages without a file of their own licence are distributed under. */
const withoutFile = {
  '@microsoft/fast-element': mitOf(microsoft),
  '@microsoft/fast-foundation': mitOf(microsoft),
  '@microsoft/fast-web-utilities': mitOf(microsoft),
  '@tensorflow/tfjs-backend-cpu': apacheOf('Copyright Google LLC.'),
  '@tensorflow/tfjs-core': apacheOf('Copyright Google LLC.'),
  seedrandom: mitOf('Copyright 2019 David Bau.'),
  tr46: mitOf('Copyright (c) Sebastian Mayr'),
  'onnxruntime-common': () => readFile(join(texts, 'onnxruntime.txt'), 'utf8'),
  'onnxruntime-node': onnxRuntimeText,
};

async function onnxRuntimeText() {
  const files = ['onnxruntime.txt', 'onnxruntime-third-party.txt'].map((name) => readFile(join(texts, name), 'utf8'));
  return (await Promise.all(files)).join('\n\nNotices of what ONNX Runtime 1.30.0 was made with:\n\n');
}

/** The text of THIRD-PARTY-NOTICES.txt, from the folders of all packages that are part of it. */
export async function thirdPartyNotices(folders) {
  const notices = await Promise.all(folders.map(noticeOf));
  const sections = [...new Map(notices.map((notice) => [notice.title, notice])).values()].sort((a, b) =>
    a.title < b.title ? -1 : 1,
  );
  const list = sections.map(({ title, licence }) => `  ${title}: ${licence}`);
  const head = [
    'What others made and is part of this package. The weights of the built-in encoders are in NOTICES.md.',
    list.join('\n'),
  ];
  return `${[...head, ...sections.map(({ title, text }) => `${'='.repeat(80)}\n${title}\n\n${text.trim()}`)].join('\n\n')}\n`;
}

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|copyright|notice)/i.test(file)).sort();
  const own = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (/LGPL/.test(license)) own.push(await libraryText(folder, name));
  const text = own.length > 0 ? own.join('\n\n') : await withoutFile[name]?.();
  if (text === undefined) throw new Error(`${name} has no file with its licence; see ${import.meta.url}.`);
  return { title: `${name} ${version}`, licence: license, text };
}

/** What the LGPL asks of those who pass a library on. */
async function libraryText(folder, name) {
  const { vips } = JSON.parse(await readFile(join(folder, 'versions.json'), 'utf8'));
  const readme = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  return `This package holds libvips and the libraries that it was made with, unchanged, as shared libraries of their own. libvips, glib, pango, librsvg, libheif, libexif, fribidi and proxy-libintl are used under the GNU Lesser General Public License, version 3 or later (licences/LGPL-3.txt, which adds to licences/GPL-3.txt); cairo under the Mozilla Public License 1.1 (licences/MPL-1.1.txt).

You may use, study, change and pass on these libraries under those terms, and reverse-engineer Warmstart for debugging such changes. They are loaded when the program starts: to use another build of them, put it in the place of the library files in dist/node_modules/${name}/lib. Scripts that fetch the sources and make this build: https://github.com/lovell/sharp-libvips (for Windows with https://github.com/libvips/build-win64-mxe), its release with libvips ${vips}; versions.json in the same folder has the version of each library. Warmstart itself is under the MIT licence and not a work based on them.

${readme}`;
}

/** Folders below the project of the packages whose code is in bundles, by what esbuild wrote of these. */
export function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const folders = inputs.map((input) => /^(?:.*node_modules\/)(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}
