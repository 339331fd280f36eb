import { breathe, type Job } from '../job';
import { coverage, type Detection, distance, middleOf, moved, overlap, rollOf, type Square } from './geometry';
import type { FaceNetwork } from './network';
import { type Level, levelsOf, windowsOf } from './pyramid';
import { cutOut, placeIn } from './turned';

/** Candidates score at least so much less than a face: a second look, near and upright, may see it better. */
const LENIENCY = 0.3;
/** Boxes that share more are the same face. */
const SAME = 0.3;
/** A box of which so much lies in a larger one is a part of that face. */
const INSIDE = 0.7;

/** All faces of a photo, in its own pixels, the surest first. `photo` is the largest size that it is looked at in. */
export async function detectFaces(photo: Level, network: FaceNetwork, job: Job): Promise<Detection[]> {
  const levels = await levelsOf(photo, network.side);
  const least = network.threshold - LENIENCY;
  const candidates: Detection[] = [];
  for (const { image, scale } of levels)
    for (const window of windowsOf(image, network.takes)) {
      await breathe(job);
      for (const found of await network.detect(window.image, least)) {
        const move = ({ x, y }: { x: number; y: number }) => ({
          x: (x + window.left) / scale,
          y: (y + window.top) / scale,
        });
        candidates.push(moved(found, move, 1 / scale));
      }
    }
  const faces: Detection[] = [];
  for (const candidate of distinct(candidates)) {
    await breathe(job);
    const face = 'step' in network.takes ? await lookAgain(candidate, levels, network) : candidate;
    if (face && face.score >= network.threshold) faces.push(face);
  }
  return distinct(faces);
}

/** Of detections that overlap the surest, its places averaged with those of the others by their scores, as BlazeFace's authors do. */
function distinct(detections: readonly Detection[]): Detection[] {
  const left = [...detections].sort((a, b) => b.score - a.score);
  const kept: Detection[] = [];
  while (left.length > 0) {
    const [best] = left as [Detection];
    const isSame = ({ box }: Detection) => overlap(box, best.box) > SAME || coverage(box, best.box) > INSIDE;
    kept.push(averaged(left.filter(({ box }) => overlap(box, best.box) > SAME)));
    left.splice(0, left.length, ...left.slice(1).filter((other) => !isSame(other)));
  }
  return kept;
}

function averaged(detections: readonly Detection[]): Detection {
  const [best] = detections as [Detection];
  const total = detections.reduce((sum, { score }) => sum + score, 0);
  const mean = (value: (detection: Detection) => number) =>
    detections.reduce((sum, one) => sum + one.score * value(one), 0) / total;
  const point = (key: 'leftEye' | 'rightEye' | 'mouth') => ({
    x: mean((one) => one[key].x),
    y: mean((one) => one[key].y),
  });
  return {
    score: best.score,
    box: {
      left: mean(({ box }) => box.left),
      top: mean(({ box }) => box.top),
      width: mean(({ box }) => box.width),
      height: mean(({ box }) => box.height),
    },
    leftEye: point('leftEye'),
    rightEye: point('rightEye'),
    mouth: point('mouth'),
  };
}

/** Pixels each way of a second look, and how many times the face's box it shows. */
const NEAR = 128;
const AROUND = 2;

/** A candidate seen near and upright: its places more exactly, or null where nothing like a face is in the middle any more. */
async function lookAgain(face: Detection, levels: readonly Level[], network: FaceNetwork): Promise<Detection | null> {
  const { image, scale } = levels.find((level) => face.box.width * level.scale >= NEAR / AROUND) ?? levels.at(-1)!;
  const square: Square = {
    centre: middleOf(middleOf(face.leftEye, face.rightEye), face.mouth),
    side: AROUND * Math.max(face.box.width, face.box.height),
    angle: rollOf(face),
  };
  const scaled = {
    ...square,
    centre: { x: square.centre.x * scale, y: square.centre.y * scale },
    side: square.side * scale,
  };
  const found = await network.detect(cutOut(image, scaled, NEAR), network.threshold - LENIENCY);
  const back = placeIn(square, NEAR);
  const near = distinct(found.map((one) => moved(one, back, square.side / NEAR))).filter(
    ({ leftEye, rightEye, mouth }) =>
      distance(middleOf(middleOf(leftEye, rightEye), mouth), square.centre) < square.side / 6,
  );
  return near[0] ?? null;
}
