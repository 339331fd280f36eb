/** What a file is by its first bytes, as far as that is nothing that can be decoded; names lie. */

/** Bytes that are looked at. */
export const HEAD = 512;

interface Foreign {
  readonly at: number;
  /** What stands there; a string is compared as Latin-1. */
  readonly bytes: string;
  readonly problem: string;
}

const convert = (kind: string) => `it is ${kind}, whatever its name says; convert it to PNG or JPEG`;
const noImage = (kind: string) => `it is ${kind}, not an image`;

const starts = (bytes: string, problem: string, at = 0): Foreign => ({ at, bytes, problem });

const foreign: readonly Foreign[] = [
  starts('version https://git-lfs', 'it is a pointer of git LFS, not the image itself; run "git lfs pull"'),
  starts('# xet version', 'it is a pointer of git-xet, not the image itself; fetch the file'),
  starts('/annex/objects/', 'it is a pointer of git-annex, not the image itself; run "git annex get"'),
  starts('BM', convert('a BMP file')),
  starts('\0\0\x01\0', convert('an icon file')),
  starts('8BPS', convert('a Photoshop file')),
  starts('\xff\x0a', convert('a JPEG XL file')),
  starts('\0\0\0\x0cJXL ', convert('a JPEG XL file')),
  starts('\0\0\0\x0cjP  ', convert('a JPEG 2000 file')),
  starts('\xff\x4f\xff\x51', convert('a JPEG 2000 file')),
  starts('#?RADIANCE', convert('a Radiance HDR file')),
  starts('\x76\x2f\x31\x01', convert('an OpenEXR file')),
  starts('DICM', convert('a DICOM file'), 128),
  starts('SIMPLE  =', convert('a FITS file')),
  starts('DDS ', convert('a DDS file')),
  starts('qoif', convert('a QOI file')),
  starts('\x93NUMPY', noImage('a NumPy array')),
  starts('\x89HDF', noImage('an HDF5 file')),
  starts('%PDF', noImage('a PDF file')),
  starts('PK\x03\x04', noImage('a zip archive')),
  starts('\x1f\x8b', noImage('a gzip archive')),
  starts('Rar!', noImage('a RAR archive')),
  starts("7z\xbc\xaf'\x1c", noImage('a 7z archive')),
  starts('\x1aE\xdf\xa3', noImage('a video')),
  starts('\0\x05\x16\x07', noImage('what macOS keeps beside a file')),
  starts('L\0\0\0\x01\x14\x02\0', noImage('a shortcut of Windows')),
];

/** What follows "ftyp" in files of that family, and what they are; AVIF can be decoded. */
const families: readonly (readonly [brand: RegExp, problem: string | null])[] = [
  [/^avi[fs]/, null],
  [/^(mif1|msf1|mi[fa]2).*avi[fs]/s, null],
  [/^(hei[cxms]|hev[cx]|mif1|msf1)/, convert('an HEIC file')],
  [/^/, noImage('a video')],
];

/** Why a file that begins with these bytes can't be an image, in words that follow its name; null where it may be one. */
export function foreignKind(head: Uint8Array): string | null {
  const text = Buffer.from(head.subarray(0, HEAD)).toString('latin1');
  if (text.startsWith('ftyp', 4)) {
    const brands = text.slice(8, 8 + 32);
    return families.find(([brand]) => brand.test(brands))?.[1] ?? null;
  }
  if (text.startsWith('RIFF') && /^(AVI |WAVE)/.test(text.slice(8))) return noImage('a video or sound');
  if (/^(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body)\b/i.test(text))
    return noImage('a web page, as comes of a download that failed');
  const found = foreign.find(({ at, bytes }) => text.startsWith(bytes, at));
  if (found) return found.problem;
  if (text.length >= 16 && /^\0+$/.test(text))
    return 'it holds nothing but zeros, as comes of a copy that failed; copy it again';
  return null;
}
