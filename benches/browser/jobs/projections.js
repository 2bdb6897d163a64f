import { atlasCpu, atlasGpu, bhtsne, page, umapJs } from '../contenders/projections.js';
import { mnistEmbeddings } from '../page/embeddings.js';
import { trust } from '../page/trust.js';

const GIVEN_UP_S = 300;

function job(name, contenders, more = {}) {
  let points;
  return {
    name,
    family: name,
    limit: GIVEN_UP_S,
    once: true,
    quick: false,
    contenders: contenders.map(({ name: contender, project }) => ({
      name: contender,
      open: async () => project((points = await mnistEmbeddings())),
    })),
    check: (xy, row, task) => {
      row.trust = trust(points, xy);
      row.firstPicture = task.firstPicture?.();
    },
    ...more,
  };
}

export const projections = [
  job('UMAP n=10000', [page('umap'), umapJs, atlasCpu, atlasGpu]),
  // The peer needs threads; the page's own Worker does not know the difference.
  job('t-SNE n=10000', [page('tsne'), bhtsne], { isolated: true }),
];
