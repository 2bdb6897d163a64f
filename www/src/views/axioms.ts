import { brokenBy, UNIT_DIM, UNIT_VECTORS } from '../geometry/axioms';
import { axiomTable } from '../lessons/axioms';
import type { Mount } from './page';

/** The axioms of a metric, tried on every distance of the core. */
export const mountAxioms: Mount = (host, { t, session, notices }) => {
  host.replaceChildren(
    axiomTable(
      t,
      async () => (await session.offered()).distances,
      (request) => session.axioms(request),
      async ({ kind, rows }) => {
        if (rows !== 'vectors') return null;
        const asked = { queries: UNIT_VECTORS, references: UNIT_VECTORS, dim: UNIT_DIM, metric: kind };
        return brokenBy(await session.distances(asked), UNIT_VECTORS.length / UNIT_DIM);
      },
      (thrown) => notices.fail(thrown),
    ),
  );
  return () => {
    host.replaceChildren();
  };
};
