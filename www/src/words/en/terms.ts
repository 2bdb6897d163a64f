/**
 * The glossary: what a marked word of the lesson opens. A text marks it as `[margin:…]`. Each says in one or two sentences what the
 * term means here.
 */
export const terms = {
  embedding: {
    name: 'embedding',
    says: 'The list of numbers, a vector, that a network makes of a sample so that distances between such lists can be compared.',
  },
  representation: {
    name: 'representation',
    says: 'What any layer of a network makes of a sample. It need not be made for comparing.',
  },
  activation: {
    name: 'activation',
    says: 'The numbers that a layer gives for one sample. A layer has several channels, and each of them gives a small picture.',
  },
  instance: {
    name: 'instance',
    says: 'One particular thing, such as this person or this lecture. A category is a kind: person, lecture.',
  },
  anchor: {
    name: 'anchor',
    says: 'The sample from which the loss measures: both distances of a triplet begin at it.',
  },
  positive: { name: 'positive', says: 'Another sample of the anchor’s class. It should be near.' },
  negative: { name: 'negative', says: 'A sample of another class. It should be farther than the positive.' },
  margin: {
    name: 'margin',
    says: 'How much farther the negative has to be than the positive before the loss is content, and 0.',
  },
  hard: {
    name: 'hard',
    says: 'The negative is nearer to the anchor than the positive: d(a, n) < d(a, p). The order is wrong.',
  },
  semihard: {
    name: 'semi‑hard',
    says: 'The order is right, but the gap is smaller than the margin: d(a, p) < d(a, n) < d(a, p) + m.',
  },
  easy: {
    name: 'easy',
    says: 'The negative is farther by the margin or more. The loss is 0, and nothing is learned from it.',
  },
  gradient: {
    name: 'gradient',
    says: 'The direction in which the loss grows fastest, and how fast. Training takes small steps the other way.',
  },
  metric: {
    name: 'metric',
    says: 'A function that gives the distance of any two points. It is 0 only between equal points, symmetric, and never longer than a detour.',
  },
  loss: {
    name: 'loss',
    says: 'One number for how far the embedding is from what is wanted. Training makes it small.',
  },
  mining: {
    name: 'mining',
    says: 'Choosing the pairs or triplets of a batch from which something is learned, such as semi‑hard ones. What chooses is a miner.',
  },
  infonce: {
    name: 'InfoNCE',
    says: 'A loss that asks which of many candidates is the positive: −log of its share under softmax of the similarities.',
  },
  softmax: {
    name: 'softmax',
    says: 'Turns scores into shares that add up to 1. A higher score takes a larger share.',
  },
  temperature: {
    name: 'temperature',
    says: 'Similarities are divided by τ before softmax. A small τ makes differences large, so that the most similar negative takes nearly all of the push.',
  },
  crossentropy: {
    name: 'cross-entropy',
    says: 'The usual loss of a classifier: −log of the share that softmax gives to the right class.',
  },
  augmentation: {
    name: 'data augmentation',
    says: 'Changing a picture by chance in ways that keep its meaning: a shift, a turn, a crop.',
  },
  view: { name: 'view', says: 'One result of augmentation. Two views of one picture show the same thing.' },
  contrastive: {
    name: 'contrastive learning',
    says: 'Training by comparing: what belongs together is pulled together, everything else is pushed apart.',
  },
  head: {
    name: 'linear head',
    says: 'One linear layer upon the embedding that gives the scores of the classes. It shows what the embedding already keeps apart.',
  },
  seed: {
    name: 'seed',
    says: 'The number with which chance begins. The same seed gives the same run; another seed shows how much was luck.',
  },
  triangle: {
    name: 'triangle inequality',
    says: 'd(x, z) ≤ d(x, y) + d(y, z) for all x, y, z. Search by a tree relies on it.',
  },
  cosine: {
    name: 'cosine similarity',
    says: 'The cosine of the angle between two vectors: 1 in the same direction, 0 at a right angle. Lengths do not count.',
  },
  euclidean: {
    name: 'Euclidean distance',
    says: 'The length of the straight line between two points: ‖x − y‖.',
  },
  histogram: {
    name: 'histogram',
    says: 'An amount for each bin, here the ink of each pixel, divided by the sum so that all bins add up to 1.',
  },
  kl: {
    name: 'KL divergence',
    says: 'How badly one distribution is explained by another: Σ x log(x / y). It is not symmetric, so it is no metric.',
  },
  wasserstein: {
    name: 'Wasserstein distance',
    says: 'The least work that turns one distribution into another: amount times the way that it travels.',
  },
  energy: {
    name: 'energy distance',
    says: 'Compares the distances between two distributions with those within each. It is 0 only where both are equal.',
  },
  contrastiveLoss: {
    name: 'contrastive loss',
    says: 'Takes pairs. A positive pair costs its distance; a negative pair costs as much as it is nearer than a margin.',
  },
  tripletLoss: {
    name: 'triplet loss',
    says: 'Takes an anchor, a positive and a negative, and costs max(0, d(a, p) − d(a, n) + m).',
  },
  marginLoss: {
    name: 'margin loss',
    says: 'Takes pairs and one boundary β: positives belong nearer than β − α, negatives farther than β + α.',
  },
  softmaxLoss: {
    name: 'softmax loss',
    says: 'Cross-entropy of a classifier’s scores. It compares each sample with one weight vector per class, and not with other samples.',
  },
  siamese: {
    name: 'siamese network',
    says: 'One network that sees both samples of a pair. Its weights are shared.',
  },
  threshold: {
    name: 'limit (threshold)',
    says: 'A pair that is nearer counts as the same. A lower one lets fewer strangers in and turns more of the right ones away; where both errors are equal lies the equal error rate (EER).',
  },
  cepstra: {
    name: 'cepstra',
    says: 'A few numbers for the shape of a sound’s spectrum in a short window. They can be computed without training.',
  },
  itemknn: {
    name: 'item-kNN',
    says: 'Recommends what is most often chosen together with what one has. It counts, and learns no vectors.',
  },
  gallery: {
    name: 'gallery',
    says: 'The registered samples, each as its vector and its name. What asks is compared with them.',
  },
};
