/** The triplet view. */
export const triplet = {
  'triplet.label':
    'Plane with an anchor, a positive and a negative. Each can be dragged, or moved with the arrow keys.',
  'triplet.help':
    'Drag A, P and N (or select one with Tab and move it with the arrow keys, faster with Shift). The arrows show the negative gradient of the loss: where one training step would push each point. The core’s automatic differentiation computes it. “One step” moves every point along its arrow.',
  'triplet.take': 'Take one from the current batch',
  'triplet.step': 'One step',
  'triplet.reset': 'Start over',
  'triplet.rate': 'Step size',
  'triplet.handle': '{name} at {x}, {y}. Arrow keys move it.',
  'triplet.point': 'movable point',
  'triplet.said': '{name} at {x}, {y}. {d}(a, p) = {ap}, {d}(a, n) = {an}. {zone}.',
  'triplet.loss': 'Loss',
  'triplet.pulls': 'The loss moves the points.',
  'triplet.rests': 'The gradient is zero: nothing moves.',
  'triplet.none': 'This batch has no triplet: it needs two pictures of one class and one of another.',
  'triplet.taken': 'A triplet that the miner chose at step {step}.',
  'triplet.takenAny': 'The miner chose none at step {step}; this is any triplet of the batch.',
  'triplet.pickedMined':
    'The picked sample is the anchor: the hardest of its triplets that the miner chose at step {step}.',
  'triplet.pickedNear':
    'The picked sample is the anchor, with its nearest of the same class and its nearest of another class among the samples of the map, at step {step}.',
  'triplet.alone':
    'The picked sample cannot be the anchor: the map shows no other sample of its class, or none of another.',
  'triplet.exact': 'Three points always fit in a plane: the three distances are exact.',
  'triplet.inexact':
    'The plane cannot hold these three values at once, so d(p,n) is drawn as near as it can be.',
  'triplet.chord':
    'The session compares by a similarity; drawn here is the straight line between the ends of the unit vectors.',
  'triplet.moved': 'You have moved the points since: they no longer stand for the pictures.',
  'corner.0': 'Anchor',
  'corner.1': 'Positive',
  'corner.2': 'Negative',
  'zone.easy': 'Easy',
  'zone.semihard': 'Semi‑hard',
  'zone.hard': 'Hard',
  'zone.easyMeans': 'The negative is farther than the positive by more than the margin.',
  'zone.semihardMeans': 'The negative is farther than the positive, but by less than the margin.',
  'zone.hardMeans': 'The negative is nearer to the anchor than the positive.',
} as const;
