/** The story of the lecture. `words` are the labels inside a figure, parted by `|`. */
export const en = {
  'story.title': 'Why learn a distance?',
  'story.note':
    'Six short steps. Every one ends in an experiment on this page. An experiment starts with the settings its data recommends; the last run is put aside and can be brought back.',
  'story.try': 'Try it:',

  'story.why.title': 'Why metric learning?',
  'story.why.1':
    'A classifier chooses among the classes it was trained on. What if those change after training: a new face, a new speaker, a new product to search for, a new thing to recommend?',
  'story.why.2':
    'Then do not ask “which class is it?” but “which ones is it like?”. A newcomer is compared like everyone else; nothing has to be retrained.',
  'story.why.3':
    'It fits wherever single instances matter rather than categories, and where instances are often added, changed or removed.',
  'story.why.figure':
    'Left: a classifier with three outputs has no place for a newcomer. Right: compared by distance, the newcomers simply form a group of their own.',
  'story.why.words': 'fixed outputs|comparing',

  'story.embedding.title': 'Embedding',
  'story.embedding.1': 'A network f turns every picture x into a point f(x), a short list of numbers.',
  'story.embedding.2':
    'It is called an embedding when distance means similarity: like things lie near, unlike things far.',
  'story.embedding.3':
    'Representation learning is any learning of useful features; embedding is the narrower word, for features made to be compared.',
  'story.embedding.figure':
    'Three pictures pass through the network f. The two of one class become near points, the third a far one.',
  'story.embedding.words': 'pictures|embedding',

  'story.deep.title': 'Deep metric learning',
  'story.deep.1':
    'Raw pixels have distances too, but poor ones: move a digit by two pixels and it is far from itself.',
  'story.deep.2':
    'So a deep network learns the map. A loss looks at a few points together, draws those of one class near and drives the others apart.',
  'story.deep.3': 'The loss needs no names of classes, only the answer to “same or not?”.',
  'story.deep.figure':
    'Before training the points of three classes are mixed; after training each class is a group.',
  'story.deep.words': 'before|after',

  'story.classify.title': 'How it helps classification',
  'story.classify.1':
    'With a good embedding, classifying is easy: a new picture takes the class of its nearest neighbours.',
  'story.classify.2':
    'A network that first learns what is similar (contrastive learning) and then gets a small classifier can be better and need fewer labels than cross-entropy with augmented pictures alone. It can; measure it on your data.',
  'story.classify.3':
    'An added class needs a few examples in memory, and no training. Hold classes out here and see how well that works.',
  'story.classify.figure':
    'A query with a circle around it: two of its three nearest neighbours are of the first class, one of the second.',
  'story.classify.words': 'query',

  'story.metric.title': 'What is a metric?',
  'story.metric.1': 'A function d: X × X → [0, ∞) is a metric when for all x, y, z:',
  'story.metric.2': 'Euclidean distance is one. Not everything called a distance is:',
  'story.metric.3': 'Squared Euclidean breaks the triangle: for 0, 1, 2 on a line, 1 + 1 < 4.',
  'story.metric.4':
    'Cosine similarity gives cos(x, x) = 1, where a metric must give 0. Even 1 − cos breaks the triangle: for directions of 0°, 45°, 90°, 0.29 + 0.29 < 1. The angle between directions is a metric.',
  'story.metric.5': 'KL divergence is not symmetric: from (½, ½) to (¾, ¼) it is 0.144, and back 0.131.',
  'story.metric.figure': 'A triangle x, y, z with sides 3, 4 and 5: going by way of y is never shorter.',
  'story.metric.words': '3 + 4 ≥ 5',
  'story.axiom.identity': 'Identity of indiscernibles: d(x,y) = 0 ⇔ x = y',
  'story.axiom.symmetry': 'Symmetry: d(x,y) = d(y,x)',
  'story.axiom.triangle': 'Triangle inequality: d(x,y) + d(y,z) ≥ d(x,z)',

  'story.parts.title': 'Which metric, which loss, which network?',
  'story.parts.1':
    'Metric, in the loose sense: Euclidean, cosine, KL divergence, Wasserstein, energy distance. Points are compared by lengths and angles, distributions by what must be moved or told. Every one of them can be trained with here.',
  'story.parts.2':
    'Loss: contrastive looks at pairs, triplet at an anchor with a positive and a negative, margin at pairs around one boundary, softmax at one picture and its class. Twenty-eight of them are in the list, each with its formula: more on pairs (SupCon, NT-Xent, multi-similarity), on angles to class weights (ArcFace, CosFace), on proxies, and two that need no labels.',
  'story.parts.3':
    'The loss decides how the network is wired: twice side by side with the same weights (siamese), three times (triplet), or once with a classifier on top.',
  'story.parts.4':
    'And the miner decides which triplets of a batch count. Easy ones have loss 0 and teach nothing.',
  'story.parts.figure':
    'Three wirings: siamese with two inputs, triplet with three, classifier with one input and a weight matrix W.',
  'story.parts.words': 'siamese|triplet|classifier',

  'try.emoji': 'Open the emoji map and show only those never trained on',
  'try.neighbours': 'Open the map of digits: click one, see its neighbours',
  'try.plane2d': 'Embed digits in only two dimensions',
  'try.train': 'Semi-hard triplets of digits: press Train, the classes part',
  'try.unseen': 'Open the map of clothes with two classes held out',
  'try.cosine': 'Measure a triplet by cosine: only directions count',
  'try.plane': 'Drag one triplet and see its loss',
  'try.softmax': 'Softmax: train a classifier of digits instead',
  'try.easy': 'Easy triplets only: press Train, nothing moves',
} as const;

export const ko: Readonly<Record<keyof typeof en, string>> = {
  'story.title': '왜 거리를 배울까?',
  'story.note':
    '짧은 여섯 걸음입니다. 걸음마다 이 페이지에서 바로 해 보는 실험이 있습니다. 실험은 데이터의 추천 설정으로 시작하고, 바로 전의 학습은 보관되어 되돌릴 수 있습니다.',
  'story.try': '해 보기:',

  'story.why.title': 'Metric learning은 왜 필요할까?',
  'story.why.1':
    '분류기는 학습한 클래스 가운데 하나를 고릅니다. 그런데 실제 서비스에서는 대상이 달라집니다. 새 얼굴, 새 화자, 검색할 새 상품, 추천할 새 항목이 계속 나타납니다.',
  'story.why.2':
    '그때는 ‘어느 클래스인가’ 대신 ‘누구와 닮았는가’를 묻습니다. 새로 온 대상도 똑같이 비교하면 되므로 다시 학습할 필요가 없습니다.',
  'story.why.3':
    '카테고리가 아니라 하나하나의 인스턴스가 중요할 때, 그리고 인스턴스의 추가·변경·삭제가 잦을 때 알맞습니다.',
  'story.why.figure':
    '왼쪽: 출력이 셋인 분류기에는 새 대상의 자리가 없습니다. 오른쪽: 거리로 비교하면 새 대상들도 자기들끼리 모입니다.',
  'story.why.words': '고정된 출력|비교',

  'story.embedding.title': '임베딩',
  'story.embedding.1': '신경망 f는 그림 x를 점 f(x), 곧 짧은 숫자 목록으로 바꿉니다.',
  'story.embedding.2': '거리가 닮음을 뜻하면 그것을 임베딩이라고 합니다. 닮은 것은 가깝고 다른 것은 멉니다.',
  'story.embedding.3':
    '쓸모 있는 특징을 배우는 일은 모두 표현 학습(representation learning)입니다. 임베딩은 그 가운데 비교하려고 만든 특징을 가리키는 좁은 말입니다.',
  'story.embedding.figure':
    '그림 세 장이 신경망 f를 지납니다. 같은 클래스의 둘은 가까운 점이, 나머지 하나는 먼 점이 됩니다.',
  'story.embedding.words': '그림|임베딩',

  'story.deep.title': 'Deep metric learning',
  'story.deep.1':
    '픽셀 그대로도 거리를 잴 수 있지만 좋지 않습니다. 숫자를 두 픽셀만 옮겨도 자기 자신과 멀어집니다.',
  'story.deep.2':
    '그래서 깊은 신경망이 이 함수 f를 배웁니다. 손실은 점 몇 개를 함께 보고, 같은 클래스는 당기고 다른 클래스는 밀어냅니다.',
  'story.deep.3': '손실에는 클래스의 이름이 필요 없습니다. ‘같은가, 다른가’의 답이면 충분합니다.',
  'story.deep.figure': '학습 전에는 세 클래스의 점이 섞여 있고, 학습 뒤에는 클래스마다 모여 있습니다.',
  'story.deep.words': '학습 전|학습 후',

  'story.classify.title': '분류에는 어떤 도움이 될까?',
  'story.classify.1':
    '좋은 임베딩이 있으면 분류는 쉽습니다. 새 그림은 가장 가까운 이웃들의 클래스를 따릅니다.',
  'story.classify.2':
    '먼저 닮음을 배우고(contrastive learning) 작은 분류기를 얹으면, 데이터 증강과 교차 엔트로피만 쓸 때보다 효율적이면서 더 좋을 수도 있습니다. 늘 그렇지는 않으니 자기 데이터에서 재 보아야 합니다.',
  'story.classify.3':
    '클래스가 늘면 보기 몇 개만 기억에 넣으면 되고, 학습은 필요 없습니다. 여기서 클래스를 빼 놓고 얼마나 되는지 보세요.',
  'story.classify.figure':
    '질의 둘레의 원: 가장 가까운 이웃 셋 가운데 둘은 첫째 클래스, 하나는 둘째 클래스입니다.',
  'story.classify.words': '질의',

  'story.metric.title': '거리 함수(metric function)란?',
  'story.metric.1': '함수 d: X × X → [0, ∞)가 모든 x, y, z에 대해 다음을 만족하면 거리 함수라고 합니다.',
  'story.metric.2': '유클리드 거리는 거리 함수입니다. 그러나 거리라고 부르는 것이 모두 그렇지는 않습니다.',
  'story.metric.3': '유클리드 거리의 제곱은 삼각부등식이 깨집니다. 직선 위 0, 1, 2에서 1 + 1 < 4입니다.',
  'story.metric.4':
    '코사인 유사도는 cos(x, x) = 1입니다. 거리 함수라면 0이어야 합니다. 1 − cos도 삼각부등식이 깨집니다. 방향 0°, 45°, 90°에서 0.29 + 0.29 < 1입니다. 방향 사이의 각도는 거리 함수입니다.',
  'story.metric.5': 'KL divergence는 대칭이 아닙니다. (½, ½)에서 (¾, ¼)로는 0.144, 거꾸로는 0.131입니다.',
  'story.metric.figure': '세 변이 3, 4, 5인 삼각형 x, y, z. y를 거쳐 가는 길이 더 짧을 수는 없습니다.',
  'story.metric.words': '3 + 4 ≥ 5',
  'story.axiom.identity': '구분 불가능한 점의 동일성: d(x,y) = 0 ⇔ x = y',
  'story.axiom.symmetry': '대칭성: d(x,y) = d(y,x)',
  'story.axiom.triangle': '삼각부등식: d(x,y) + d(y,z) ≥ d(x,z)',

  'story.parts.title': '어떤 metric, 어떤 loss, 어떤 network?',
  'story.parts.1':
    'Metric(넓은 뜻의 유사도): Euclidean, cosine, KL divergence, Wasserstein distance, energy distance 등이 있습니다. 점은 길이와 각도로, 분포는 옮기거나 알려야 할 양으로 비교합니다. 여기서는 그 모두로 학습해 볼 수 있습니다.',
  'story.parts.2':
    'Loss: contrastive는 쌍을, triplet은 앵커와 포지티브와 네거티브를, margin은 경계 하나를 둔 쌍을, softmax는 그림 한 장과 그 클래스를 봅니다. 목록에는 스물여덟 가지가 식과 함께 있습니다. 쌍을 보는 것(SupCon, NT-Xent, multi-similarity), 클래스 가중치와의 각도를 보는 것(ArcFace, CosFace), 프록시를 쓰는 것, 라벨이 필요 없는 것 둘이 더 있습니다.',
  'story.parts.3':
    'Loss에 따라 network의 구조가 달라집니다. 같은 가중치로 나란히 둘(샴 네트워크), 셋(triplet), 또는 하나에 분류기를 얹습니다.',
  'story.parts.4':
    '그리고 마이너가 배치의 어느 삼중항을 쓸지 정합니다. 쉬운 것은 손실이 0이라 가르치는 것이 없습니다.',
  'story.parts.figure': '세 가지 구조: 입력이 둘인 샴, 셋인 삼중항, 입력 하나에 가중치 행렬 W를 얹은 분류기.',
  'story.parts.words': '샴|삼중항|분류기',

  'try.emoji': '이모지 지도에서 학습하지 않은 것만 보기',
  'try.neighbours': '숫자 지도를 열고, 하나를 눌러 이웃 보기',
  'try.plane2d': '숫자를 2차원으로만 임베딩하기',
  'try.train': '숫자의 semi-hard 삼중항: 학습을 누르면 클래스가 갈라짐',
  'try.unseen': '두 클래스를 뺀 옷 지도 열기',
  'try.cosine': '삼중항을 코사인으로 재기: 방향만 중요함',
  'try.plane': '삼중항 하나를 끌며 손실 보기',
  'try.softmax': 'Softmax: 숫자 분류기를 대신 학습하기',
  'try.easy': '쉬운 삼중항만: 학습을 눌러도 움직이지 않음',
};
