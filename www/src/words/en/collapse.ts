export const collapse = {
  recipes: 'Ways to a collapse',
  names: {
    negativesOff: 'Negatives off',
    hardest: 'Hardest negatives, fast',
    stopGradientOff: 'SimSiam without stop-gradient',
    viewsAlone: 'Two views, nothing apart',
  },
  causes: {
    negativesOff: 'Contrastive loss with a negative margin of 0: everything is pulled, nothing is pushed.',
    hardest:
      'Only the hardest triplets, at a learning rate of 0.03: one place for all is the nearest way out.',
    stopGradientOff:
      'Each view predicts the other, and both move: the prediction is right soonest when everything is one place.',
    viewsAlone: 'Two views of a picture are pulled together, and the loss asks for nothing else.',
  },
  cures: {
    negativesOff: 'The negative margin is 1 again, on the same weights.',
    hardest: 'Semi‑hard triplets at a rate of 0.003, on the same weights.',
    stopGradientOff:
      'With stop-gradient this small network collapses, too: it has no batch normalisation, which the paper’s has. The same start again, with variance and covariance instead.',
    viewsAlone:
      'The collapsed weights have no gradient left. The same start again, with variance and covariance.',
  },
  collapse: 'Let it collapse',
  cure: 'Cure',
  before: 'When the cure began, at step {step}, it was {spread}.',
  opening: 'A network is opened.',
  plane: '{count} test pictures at step {step}, on axes that stay.',
  spectrum: 'Share of each direction',
  spread: 'spread of the embedding',
  verdicts: {
    none: 'No collapse: the spread is {spread}.',
    point: 'All pictures lie in one place: the spread is {spread}.',
    margin: 'The loss equals its margin: all distances are alike, and the spread is {spread}.',
    line: 'One direction holds {share}% of the variance.',
  },
  river: {
    label: 'Shares of hard, semi‑hard and easy triplets over the steps',
    hard: 'hard',
    semihard: 'semi‑hard',
    easy: 'easy',
    note: 'All valid triplets of the last batch of each kept step. The mean of the mined ones does not fall; these shares move.',
    empty: 'Train for a while: each kept step adds a point.',
  },
};
