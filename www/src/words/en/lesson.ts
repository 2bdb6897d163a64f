import { choicesChapter } from './choices';
import { helpsChapter } from './helps';
import { metricsChapter } from './metrics';
import { usesChapter } from './uses';

/**
 * The chapters. `[b:…]` is strong, `[unknown:…]` takes the colour of newcomers, and any other mark names a term of the glossary
 * (`terms.ts`), which opens there; anchor, positive, negative and margin have their colours.
 */
export const lesson = {
  title: 'Metric learning, seen while it happens',
  lead: 'Read on, and the figure follows the text; touch it whenever you like. Numbers are computed now, on your machine; a recorded one says so.',
  contents: 'Chapters',
  objective: 'You will see',
  wrong: 'What goes wrong',
  ask: 'Before you go on',
  openLab: 'Open in the laboratory',
  right: 'Yes.',
  notRight: 'Not quite.',
  present: 'Present',
  next: 'Next',
  back: 'Back',
  leave: 'End the presentation',
  slide: '{at} of {count}',
  subtitle: 'Eight short chapters. Figures are computed while you watch; a recorded one says so.',
  waiting: 'The networks are training: step {step} of {until}.',
  why: {
    title: 'Why metric learning?',
    objective: 'why learning names is not enough once the list of things changes.',
    service: {
      text: 'You gather all the data, you train, and the service opens. Then the things it must tell apart change: a new employee at the gate, a new voice on the phone, a new product in the shop, a new film in the catalogue. In the figure, Korean syllables stand for them.',
    },
    maps: {
      text: 'Here are two copies of one network. Both study drawings of 300 Korean syllables. One learns the [b:name] of each drawing. The other learns to [b:compare]: drawings of one syllable near each other, all others far away. A step is one batch of drawings studied.',
    },
    arrive: {
      text: 'Now syllables arrive that neither has seen. Three of them are drawn in [unknown:violet]; the circled one asks. A classifier answers with one of its old names, because it has no other. A comparison needs no name: register one drawing, and look for what is near.',
    },
    count: {
      text: 'Count it. One drawing of each of the 100 newcomers is registered. Its nine other drawings ask for it among all 400 syllables. Each typeface is registered in turn: 9,000 questions.',
    },
    instance: {
      text: 'So consider metric learning when the question is about an [instance:instance] rather than a category. Who is listening to this lecture? Which other lecture goes well with it? Such questions are searches. Pick a drawing. A classifier gives it a category, one of those it knows. A search returns the instance itself, and the others that go with it.',
    },
    change: {
      text: 'Consider it, too, when instances are often [b:added, changed or deleted]. To add one is to store one vector. To delete one is to forget it. Nobody trains anew.',
    },
    needs: {
      text: 'Four services work like this. Each compares what asks with things that come and go. Each also has a simple method without learning, which learning has to beat. Chapter 8 tries all four.',
    },
    question: {
      ask: 'A gate recognises faces. One network could name each person; another could compare two pictures. A new employee comes. What must be trained again?',
      a: 'Both: the network that names, and the one that compares',
      b: 'Only the network that names',
      c: 'Neither',
      because:
        'To name one more person, the network needs a new output and new training. The one that compares stays as it is: one picture of the employee is registered.',
    },
    wrong: {
      text: 'With few known classes this does not happen. A network that has seen seven kinds of digits keeps only what separates those seven. On three new digits, the gain in accuracy over the classifier’s own features was 0.07 ± 0.19 in our measurements: none.',
    },
  },
  embedding: {
    title: 'Embedding',
    objective: 'how a picture becomes a list of numbers, and what those numbers are for.',
    layers: {
      text: 'A drawing of 32 × 32 pixels passes through four layers, one per arrow, and becomes 64 numbers. That list is its [embedding:embedding]. After each arrow are the [activation:activations] of that layer, computed now: they change as training goes on. The strip below shows the 64 numbers.',
    },
    narrow: {
      text: 'Every layer gives some [representation:representation] of the drawing. Embedding is the narrow case: a representation that is learned so that its distances can be compared.',
    },
    alike: {
      text: 'Here are ten drawings of one syllable, then ten of another. Within a syllable the strips repeat, although the pixels do not.',
    },
    sphere: {
      text: 'Scale every list to length 1, and it becomes a place: with two numbers on a circle, with three on a [b:sphere]. Four networks learn the same digits here, with 2, 3, 16 and 64 numbers. Turn the sphere, and see what the circle has no room for. More numbers cannot be drawn, but they can be counted: the table says what each length finds, and what it costs.',
    },
    cut: {
      text: 'How many numbers does it take? Cut the list, and watch the nearest drawings change. A short list is cheap to store and quick to search, but newcomers begin to look alike. The [b:Matryoshka] loss is made for cutting: it also asks the first 32, 16 and 8 numbers to be an embedding by themselves. Train the same network with it, and compare.',
    },
    question: {
      ask: 'A network turns each drawing into a list of numbers. Two drawings differ in most of their pixels, and their lists are nearly equal. What does that say?',
      a: 'The network made a mistake',
      b: 'The network finds them alike',
      c: 'They are the same drawing',
      because:
        'The list, the embedding, keeps what was needed to compare. The typeface was not, so it is mostly gone.',
    },
    wrong: {
      text: 'A map in two dimensions is a shadow of 64. What looks near may be far. Trust neighbours and counts before the map.',
    },
  },
  deep: {
    title: 'Deep metric learning',
    objective: 'how a network, a metric and a loss together make the space.',
    triplet: {
      text: 'An embedding is a point in space. Take three: an [anchor:anchor], a [positive:positive] of the same class, a [negative:negative] of another. The triplet loss asks that the negative be farther from the anchor than the positive, by a [margin:margin] m. Drag the points.',
    },
    zones: {
      text: 'It depends on where the negative lies. Nearer than the positive, it is [hard:hard]. Farther, but within the margin, it is [semihard:semi‑hard]. Beyond, it is [easy:easy]: the loss is zero.',
    },
    move: {
      text: 'The arrows show the way that lowers the loss fastest, the negative [gradient:gradient], drawn to scale. Training follows them. Press the button and watch until nothing moves.',
    },
    parts: {
      text: 'Deep metric learning has three parts. A [b:network] turns samples into points. A [metric:metric] says how far apart two points are. A [loss:loss] says which distances are too long and which too short.',
    },
    miner: {
      text: 'Now all three train, here in this figure. A [b:miner] looks through each batch and takes the triplets that have something to teach. You see one [anchor:anchor] of the last batch. Above are its [positive:positives], below the [negative:negatives], each where its distance puts it. What the miner takes is framed. Choose another miner, or another anchor. The bands count the triplets of every batch so far: how do hard, semi‑hard and easy ones change?',
    },
    metric: {
      text: 'Another metric, another space. Under the Manhattan distance the zones have corners; under the cosine only directions count, and the zones become wedges.',
    },
    lineup: {
      text: 'Newer losses look at many at once. In a line-up ([infonce:InfoNCE]), [softmax:softmax] turns the similarities to the anchor into shares, and the loss is low when the [positive:positive] has nearly all. Turn the [temperature:temperature] τ: low, and only the most similar [negative:negatives] are pushed; high, and all are pushed alike.',
    },
    collapse: {
      text: 'Training can also ruin a space. In a [b:collapse] all pictures land in one place, and distances say nothing. One press lets it happen: this loss only pulls. Another one cures it: the [negative:negatives] get their margin back. A detector measures the spread at every step and says what it finds. There are three more ways into a collapse, each with its cure.',
    },
    question: {
      ask: 'Training pulls an [anchor:anchor] towards its like, the [positive:positive], and away from another, the [negative:negative]. The negative is far away already. What does this triplet teach?',
      a: 'It pushes the negative farther away',
      b: 'It pulls the positive nearer',
      c: 'Nothing',
      because:
        'Its loss is zero, and so is its gradient. That is why training looks for hard and semi‑hard triplets: [mining:mining].',
    },
    wrong: {
      text: 'Collapse: if all points lie in one place, both distances are zero and the loss stays at m. There is no direction out. Go back to the triplet, press “All in one place”, then follow the gradient.',
    },
    formula: 'L = max(0, d(a, p) − d(a, n) + m)',
    formulaNote:
      'd is the distance of two points; a, p, n are anchor, positive and negative; m is the margin.',
  },
  helps: helpsChapter,
  choices: choicesChapter,
  axioms: {
    title: 'What is a metric?',
    objective: 'three rules, and which of the usual distances keep them.',
    similar: {
      text: 'How alike are two things? A [metric:metric function] d gives every pair a number of at least 0 and obeys three rules.',
    },
    identity: {
      text: '[b:1. Indistinguishable points are the same.] d(x, y) = 0 exactly if x = y. Let y travel to x; then take a distance that breaks the rule.',
    },
    symmetry: {
      text: '[b:2. Symmetry.] d(x, y) = d(y, x): the way there is as long as the way back. Let x and y change places; then take a distance that breaks the rule.',
    },
    triangle: {
      text: '[b:3.] [triangle:Triangle inequality.] d(x, y) + d(y, z) ≥ d(x, z): a detour is never shorter. Drag y: the bar of the direct way must never stick out over the two stacked ones. It does with a distance that breaks the rule.',
    },
    already: {
      text: 'We have used metrics all along: the Euclidean distance is one. [cosine:Cosine similarity] is used all the time, and 1 − cos is [b:not] one. Let the points travel to its worst case, then mend it: the angle itself is a metric on directions. The same can be done for [b:histograms]: choose Jensen–Shannon and pull the bars. Its root is a metric.',
    },
    question: {
      ask: 'A metric must be 0 only between equal points, symmetric, and never longer than a detour. Which of these does the squared straight-line distance break?',
      a: 'Symmetry',
      b: 'That a detour is never shorter',
      c: 'None',
      because: 'On a line, from 0 to 2 is 4, and by way of 1 it is 1 + 1 = 2. The detour is shorter.',
    },
    wrong: {
      text: 'Search trees and other shortcuts rely on the triangle inequality. With 1 − cos they may miss the true nearest. On unit vectors, Euclidean distance gives the same order and keeps all rules.',
    },
  },
  metrics: metricsChapter,
  uses: usesChapter,
};
