import { Fields, showWhen } from '../../controls/fields';
import { PLANE_DISTANCES, PLANE_LOSSES, type Settings } from '../../store/settings';
import type { Cleanup } from '../../store/signal';
import type { Page } from '../page';

/** The fields of the plane's loss and distance; of the parameters, those of the chosen loss are shown. */
export function controls(page: Page, cleanup: Cleanup): HTMLElement[] {
  const fields = new Fields(page, cleanup);
  const parameters: Readonly<Record<Settings['planeLoss'], readonly HTMLElement[]>> = {
    triplet: [
      fields.number('planeMargin', 'setting.margin', true),
      fields.flag('planeSwap', 'setting.swap'),
      fields.flag('planeSmooth', 'setting.smooth'),
    ],
    contrastive: [
      fields.number('planePosMargin', 'setting.posMargin', true),
      fields.number('planeNegMargin', 'setting.negMargin', true),
    ],
    margin: [
      fields.number('planeAlpha', 'setting.alpha', true),
      fields.number('planeBeta', 'setting.beta', true),
    ],
  };
  cleanup.add(
    page.store.watch(['planeLoss'], (settings) => {
      for (const [kind, elements] of Object.entries(parameters))
        for (const element of elements) showWhen(element, kind === settings.planeLoss);
    }),
  );
  return [
    fields.choice('planeLoss', 'setting.loss', 'loss', PLANE_LOSSES),
    fields.choice('planeDistance', 'setting.distance', 'distance', PLANE_DISTANCES),
    fields.flag('planeNormalize', 'setting.normalize'),
    ...Object.values(parameters).flat(),
  ];
}
