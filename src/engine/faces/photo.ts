import sharp from 'sharp';
import type { FacePlace } from '../../shared/schema/faces';
import { inRoom } from '../data/decodingRoom';
import { squareOf } from './place';
import type { Level } from './pyramid';
import { around, cutOut } from './turned';

/** Larger photos are made smaller when they are read: three bytes a pixel, and two photos at a time. */
const MOST_PIXELS = 16e6;

/** A photo, upright, transparent parts black; truncated files are refused. */
export const readPhoto = (file: Uint8Array): Promise<Level> => inRoom(file, () => decoded(file));

async function decoded(file: Uint8Array): Promise<Level> {
  const { autoOrient } = await sharp(file, { failOn: 'error' }).metadata();
  const { width, height } = autoOrient;
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
  const image = sharp(file, { failOn: 'error' }).autoOrient().flatten({ background: '#000' });
  if (scale < 1)
    image.resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)), { fit: 'fill' });
  const { data, info } = await image
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error('unexpected number of channels');
  return { image: { width: info.width, height: info.height, channels: 3, data }, scale: info.width / width };
}

/** Sides of what is cut out, in pixels: more than the encoders look at, so that people see a face well; smaller ones stay as they are. */
const SIDES = { least: 48, most: 224 };

/** A face as a PNG, upright; null where its square lies outside of the photo. */
export async function cutFace({ image, scale }: Level, place: FacePlace): Promise<Buffer | null> {
  const { centre, side, angle } = squareOf(place);
  const pixels = Math.min(Math.max(side, SIDES.least), SIDES.most);
  const inPhoto = { centre: { x: centre.x * scale, y: centre.y * scale }, side: side * scale, angle };
  const rectangle = around(inPhoto, image);
  if (!rectangle) return null;
  const shrink = Math.min(1, pixels / inPhoto.side);
  const [width, height] = [rectangle.width, rectangle.height].map((length) =>
    Math.max(1, Math.round(length * shrink)),
  ) as [number, number];
  const part = sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .extract(rectangle)
    .resize(width, height, { fit: 'fill' });
  const inPart = {
    centre: {
      x: (inPhoto.centre.x - rectangle.left) * (width / rectangle.width),
      y: (inPhoto.centre.y - rectangle.top) * (height / rectangle.height),
    },
    side: inPhoto.side * (width / rectangle.width),
    angle,
  };
  const { data } = cutOut({ width, height, channels: 3, data: await part.raw().toBuffer() }, inPart, pixels);
  return sharp(data, { raw: { width: pixels, height: pixels, channels: 3 } })
    .png()
    .toBuffer();
}
