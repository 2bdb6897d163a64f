import { axiomTable } from '../lessons/axioms';
import type { Mount } from './page';

/** The axioms of a metric, tried on every distance of the core. */
export const mountAxioms: Mount = (host, { t, session, notices }) => {
  host.replaceChildren(
    axiomTable(
      t,
      async () => (await session.offered()).distances,
      (request) => session.axioms(request),
      (thrown) => notices.fail(thrown),
    ),
  );
  return () => {
    host.replaceChildren();
  };
};
