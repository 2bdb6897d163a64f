/** The texts of an element that has nothing else: the loader of a figure holds them. */
export const unreachable =
  'The figure’s script could not be fetched: it is missing, or the connection is down. Check the connection and reload the page.';
export const blocked =
  'The security policy of this page forbids the figure. Whoever runs the page must allow trusted-types metriclab.';
