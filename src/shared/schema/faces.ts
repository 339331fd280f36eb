import * as z from 'zod';
import { count, digest, imageId, schemaVersion } from './common';

/**
 * Where a face lies in its photo, in the photo's pixels once it stands upright: a square, turned clockwise about its own middle by
 * so many degrees until the eyes are level.
 */
const place = z.strictObject({
  left: z.int(),
  top: z.int(),
  side: z.int().min(1),
  turned: z.number(),
});
export type FacePlace = z.infer<typeof place>;

const face = place.extend({
  /** Of the image that was cut out, relative to the folder `faces`. */
  image: imageId,
  /** How sure the detector was, 0 … 1. */
  score: z.number(),
});
export type FoundFace = z.infer<typeof face>;

const photo = z.strictObject({
  /** Relative to the folder of photos, '/' separators. */
  photo: imageId,
  /** SHA-256 over the file and the way it was looked at: another detector looks again. */
  looked: digest,
  faces: z.array(face),
  /** Faces of so few pixels that they were passed over. */
  small: count,
  /** The highest number that a face of this photo has had: none is used twice. */
  last: count,
});
export type FacePhoto = z.infer<typeof photo>;

/** `faces.json`: the faces that were cut out of photos to be a dataset's images. */
export const facesFile = z.strictObject({
  schema: schemaVersion,
  /** Folder of the photos: relative to the folder of this file when both lie in one workspace, else absolute; '/' separators. */
  photos: z.string().min(1),
  /** What found them: the detector that ships (null), or the absolute path of an ONNX file. */
  detector: z.string().nullable(),
  found: z.array(photo),
});
export type FacesFile = z.infer<typeof facesFile>;
