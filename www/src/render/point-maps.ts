import { hasCard } from './adapter';
import { pointCanvas, type PointMap } from './point-map';
import { PagePointMap } from './point-map-page';
import { WorkerPointMap } from './point-map-worker';

/** In a Worker where the browser can. `failed` is called where it turns out that it cannot: `onOwnThread` then serves. */
export function createPointMap(changed: () => void, failed: () => void): PointMap {
  return WorkerPointMap.create(failed) ?? onOwnThread(changed);
}

/** WebGL2 where a graphics card draws, stamps otherwise. `changed` asks for another drawing. */
export function onOwnThread(changed: () => void): PointMap {
  return (hasCard(pointCanvas()) ? PagePointMap.byGl(changed) : null) ?? PagePointMap.byStamps();
}
