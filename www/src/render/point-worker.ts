import { hasCard } from './adapter';
import type { DrawRequest, PointLayer } from './point-map';
import { CANNOT_DRAW, type PointMessage } from './point-messages';
import { GlPoints } from './points-gl';
import { StampedPoints } from './points-stamped';

interface Scope {
  postMessage(message: typeof CANNOT_DRAW): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<PointMessage>) => void): void;
  requestAnimationFrame?(draw: () => void): unknown;
}
const scope = self as unknown as Scope;

let points: PointLayer | null = null;
let request: DrawRequest | null = null;
let asked = false;

function draw(): void {
  asked = false;
  if (request) points?.draw(request);
}

/** Once a frame, the newest request: a slow graphics process must not leave a queue of old ones. */
function ask(): void {
  if (asked) return;
  asked = true;
  if (scope.requestAnimationFrame) scope.requestAnimationFrame(draw);
  else setTimeout(draw);
}

scope.addEventListener('message', ({ data }) => {
  switch (data.type) {
    case 'canvas':
      points = hasCard(new OffscreenCanvas(1, 1))
        ? GlPoints.create(data.canvas, ask)
        : new StampedPoints(data.canvas);
      if (!points) scope.postMessage(CANNOT_DRAW);
      break;
    case 'positions':
      points?.setPositions(data.from, data.to);
      break;
    case 'marks':
      points?.setMarks(data.marks);
      break;
    case 'pictures':
      points?.setPictures(data.pictures);
      break;
    case 'draw':
      request = data.request;
      ask();
      break;
  }
});
