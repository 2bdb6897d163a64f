/** Chapter 7. */
export const choicesChapter = {
  title: 'Which loss, which network?',
  objective: 'how four losses shape one space, and which wiring each of them needs.',
  losses: {
    text: 'Four copies of one network train in lock step: the same digits, the same batches, the same first weights, another loss each. The embedding has two numbers, so each plane is the embedding itself. [contrastiveLoss:Contrastive] looks at pairs, [tripletLoss:triplet] at triplets, [marginLoss:margin] compares each pair with one boundary, [softmaxLoss:softmax] knows classes only. Point at a digit: it is marked in every plane.',
  },
  gaps: {
    text: 'Which one is better? Count how often the nearest other picture has the same name, on the same pictures for all columns, and subtract. A difference whose interval holds zero is none. Other data, more steps or a longer embedding may change the order.',
  },
  pull: {
    text: 'What does a loss pull and push? The arrows are the negative [gradient:gradient], at true length. Contrastive pulls each [positive:positive] and pushes a [negative:negative] until its distance is mₙ, the margin of negatives. A triplet moves three points at once, until the negative is farther by the [margin:margin]. Choose a loss and drag the points.',
  },
  height: {
    text: 'Think of the loss as a [b:landscape]: the more a place stands out, the higher. The height shows the loss for each place that the point you moved last could have. The point goes down along its arrow, and it stays where the ground is flat.',
  },
  wiring: {
    text: 'The loss decides how the network is wired. Pairs need two inputs ([siamese:siamese]), a triplet three, softmax one and a layer of class weights, two views one picture twice. The network is always one: all inputs share its weights. Change the batch and the dimension, and the shapes follow.',
  },
  code: {
    text: 'The same settings as PyTorch code, with the names of pytorch-metric-learning. Copy it, and put in your own network and data.',
  },
  question: {
    ask: 'Your labels say only “same person” or “not the same”, for some pairs. Which loss takes them as they are?',
    a: 'Softmax',
    b: 'Contrastive',
    c: 'Triplet',
    because:
      'Softmax needs the name of each person. A triplet needs an anchor with a positive and a negative. Contrastive loss takes each pair by itself.',
  },
  wrong: {
    text: 'A comparison at default settings says little. Each loss has its own best margin, rate and batch. Musgrave, Belongie and Lim (2020) tuned old and new losses with the same care, and the differences became small.',
  },
};

/** The figures of chapter 7. */
export const choices = {
  names: {
    contrastive: 'contrastive',
    triplet: 'triplet',
    margin: 'margin',
    softmax: 'softmax',
    ntxent: 'NT-Xent',
    supcon: 'SupCon',
  },
  column: 'Loss of column {at}',
  nearest: 'Nearest other picture of the same name',
  planeLabel: '{name}: {count} test pictures at step {step}, where their two numbers lie.',
  opening: 'A network is opened.',
  train: 'Train',
  pause: 'Pause',
  reset: 'Start again',
  mark: 'Mark a picture',
  step: 'step {step}',
  failed: 'The columns stopped: {message}',
  lines: 'Nearest picture of the same name, of 100',
  gaps: 'Difference from {name}, in points',
  none: 'no difference',
  points: '{by} points',
  loss: 'loss',
  forceOn: 'force on {name}: {force}',
  does: {
    contrastive:
      'The positive is pulled with the same force at any distance. The negative is pushed as long as it is nearer than its margin mₙ.',
    triplet:
      'Nothing is fixed but the difference: d(a,n) should exceed d(a,p) by m. Beyond the dotted line the loss is 0.',
    margin:
      'One boundary β for all pairs: positives belong within β − α, negatives beyond β + α. Outside these bounds nothing moves.',
    softmax:
      'No pair is looked at. Each point moves towards the weight w of its class and away from the other, and it never quite stops.',
  },
  heightLabel: 'The loss for each place of the {name}, shaded where it is high.',
  copy: 'Copy the code',
  semihard: 'semi‑hard mining',
  codeLabel: 'The experiment as PyTorch code',
  codeNote: 'Names and values are those of pytorch-metric-learning 2.9.0. “network” and “data” are yours.',
  codeSoftmax:
    'pytorch-metric-learning has no plain softmax loss: it is PyTorch’s own, with a linear layer for the classes.',
  wiring: {
    title: 'Wiring',
    names: { siamese: 'siamese', triplet: 'triplet', classifier: 'classifier', twoView: 'two views' },
    says: {
      siamese: 'Two pictures pass one network. The loss reads the distance of the pair.',
      triplet: 'Three pictures pass one network. The loss reads two distances and compares them.',
      classifier:
        'One picture passes the network. A further layer gives a score for each class, and the loss reads the scores.',
      twoView:
        'One picture, changed twice by chance. The loss reads how the two views compare with all others.',
    },
    lanes: { anchor: 'anchor', positive: 'positive', negative: 'negative', plain: 'picture' },
    symbols: { anchor: 'a', positive: 'p', negative: 'n', plain: 'x' },
    network: 'network',
    shared: 'one network, shared weights',
    numbers: '{count} numbers',
    reads: {
      siamese: 'd(a, p)',
      triplet: 'd(a, p) – d(a, n)',
      classifier: 'w · f(x) + b',
      twoView: 's(a, p), all s(a, n)',
    },
    losses: {
      siamese: 'metric: d\nloss: contrastive',
      triplet: 'metric: d\nloss: triplet, margin',
      classifier: 'loss: softmax\n(cross-entropy)',
      twoView: 'similarity: s\nloss: NT-Xent',
    },
    table: 'Shapes of the tensors of a batch',
    tensors: {
      input: 'pictures',
      layer: 'after a layer',
      embedding: 'embedding',
      distances: 'distances of all pairs',
      scores: 'scores of all classes',
    },
    counts: {
      siamese: 'A batch has {positive} positive and {negative} negative pairs.',
      triplet: 'A batch has {all} triplets.',
      classifier: 'A batch has {all} scores, {positive} of them for the right class.',
      twoView: 'A batch has {positive} positive and {negative} negative pairs, without any label.',
    },
    parameters: 'The network learns {network} numbers.',
    parametersAndLoss: 'The network learns {network} numbers, and the loss {loss} more.',
    classes: 'classes',
    each: 'pictures each',
    dim: 'dimension',
  },
};
