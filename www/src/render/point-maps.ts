import type { PointMap } from './point-map';
import { CanvasPointMap } from './point-map-canvas';
import { GlPointMap } from './point-map-gl';
import { WorkerPointMap } from './point-map-worker';

/** In a Worker where the browser can. `failed` is called where it turns out that it cannot: `onOwnThread` then serves. */
export function createPointMap(changed: () => void, failed: () => void): PointMap {
  return WorkerPointMap.create(failed) ?? onOwnThread(changed);
}

/** WebGL2 where there is one, a plain canvas otherwise. `changed` asks for another drawing. */
export function onOwnThread(changed: () => void): PointMap {
  return GlPointMap.create(changed) ?? new CanvasPointMap();
}
