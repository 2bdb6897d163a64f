/** How the embedding is laid flat on the map. */
export const projection = {
  'projection.title': 'Projection',
  'projection.hides.tsne':
    't-SNE tries to keep who is near whom. How large a cluster is, and how wide the gap to the next, means little here.',
  'projection.hides.umap':
    'UMAP tries to keep who is near whom and pushes the rest away. How large a cluster is, and how wide the gap to the next, means little here.',
  'projection.notYet': '{method} is not drawn yet: the map still shows PCA.',
  'projection.past': 'A kept step is shown by PCA.',
  'projection.part':
    '{shown} of {count} points, chosen at random; the others are hidden. A point that was picked before is among them, with its nearest. Embeddings of step {step}.',
  'projection.whole': 'All {count} points. Embeddings of step {step}.',
  'projection.older': 'The session is at step {step} by now.',
  'projection.otherSession': 'They are of an earlier session.',
  'projection.otherSettings': 'It was drawn with other settings.',
  'projection.trust': 'Trustworthiness',
  'projection.trustPca': 'PCA: {value}',
  'projection.trustNote':
    'Trustworthiness is 1 when the {k} nearest of every point here are its {k} nearest in the embedding, too (Venna and Kaski 2001).',
  'projection.trustOf': 'Measured on {points} points at step {step}.',
  'projection.trustTurned': 'Measured on {points} points at step {step}, of the ball as it is turned now.',
  'projection.measure': 'Measure trust',
  'projection.measureAgain': 'Measure again',
  'projection.compute': 'Compute',
  'projection.computeAgain': 'Compute again',
  'projection.cancel': 'Cancel',
  'projection.fetching': 'Fetching the embeddings…',
  'projection.measuring': 'Measuring…',
  'projection.round': 'Round {done} of {total}',
  'projection.begun': '{method} is being computed.',
  'projection.done': '{method} is drawn. Trustworthiness {value}.',
  'projection.intruders':
    '{count} of the {k} nearest to the picked point in this picture are false: not among its {k} nearest in the embedding.',
  'projection.noIntruders': 'All of the {k} nearest to the picked point in this picture are true neighbours.',
  'projection.within': 'Rings: its nearest among the points shown. The list below searches all points.',
  'projection.away':
    'The picked point is not among the points shown, so it has no place here. Compute again: then it is among them, with its nearest.',
  'projection.settings': 'Settings of the picture',
  'projection.perplexity': 'Perplexity',
  'projection.neighbours': 'Neighbours',
  'projection.minDist': 'Least distance',
  'projection.sample': 'Points at most',
  'projection.seed': 'Seed',
  'projection.settingsNote':
    'The same embeddings, settings and seed give the same picture in the same browser.',
  'notice.projectionFew':
    'There are too few points for this. Raise “Points at most”, or lower the perplexity or the neighbours. Until then the map shows PCA.',
  'notice.projectionWorker':
    'The Worker that was to draw the picture stopped or did not start. The map shows PCA. Try again; if it stays, reload the page.',
  'notice.projectionFailed':
    'The picture could not be computed. The map shows PCA. Other settings or another seed may help.',
} as const;
