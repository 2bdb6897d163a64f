export const terms = {
  embedding: {
    name: 'embedding',
    says: '네트워크가 데이터 하나를 바꿔 놓은 숫자 목록, 곧 벡터입니다. 벡터끼리의 거리로 비교할 수 있게 학습합니다.',
  },
  representation: {
    name: '표현',
    says: '네트워크의 어떤 층이든 데이터를 바꿔 내놓은 결과입니다. 꼭 비교하려고 만든 것은 아닙니다.',
  },
  activation: {
    name: 'activation',
    says: '층 하나가 데이터 하나를 받아 내놓은 숫자들입니다. 층에는 채널이 여러 개 있고, 채널마다 작은 이미지가 하나씩 나옵니다.',
  },
  instance: {
    name: '인스턴스',
    says: '이 사람, 이 강의처럼 특정한 하나입니다. 카테고리는 사람, 강의처럼 종류를 가리킵니다.',
  },
  anchor: {
    name: 'anchor',
    says: '기준이 되는 데이터입니다. triplet의 두 거리는 모두 anchor에서 시작합니다.',
  },
  positive: { name: 'positive', says: 'anchor와 같은 클래스의 다른 데이터입니다. 가까워야 합니다.' },
  negative: { name: 'negative', says: '다른 클래스의 데이터입니다. positive보다 멀어야 합니다.' },
  margin: {
    name: 'margin',
    says: 'negative가 positive보다 얼마나 더 멀어야 하는지 정하는 값입니다. 그만큼 멀어지면 loss가 0이 됩니다.',
  },
  hard: {
    name: 'hard',
    says: 'negative가 positive보다 anchor에 가깝습니다: d(a, n) < d(a, p). 순서부터 틀렸습니다.',
  },
  semihard: {
    name: 'semi‑hard',
    says: '순서는 맞지만 차이가 margin보다 작습니다: d(a, p) < d(a, n) < d(a, p) + m.',
  },
  easy: { name: 'easy', says: 'negative가 margin 이상 멉니다. loss가 0이라 학습에 도움이 되지 않습니다.' },
  gradient: {
    name: 'gradient',
    says: 'loss가 가장 빨리 커지는 방향과 그 크기입니다. 학습은 반대 방향으로 조금씩 움직입니다.',
  },
  metric: {
    name: 'metric',
    says: '두 점의 거리를 정하는 함수입니다. 같은 점일 때만 0이고, 대칭이며, 돌아가는 길이 더 짧을 수 없습니다.',
  },
  loss: {
    name: 'loss',
    says: 'embedding이 원하는 상태에서 얼마나 벗어났는지 나타내는 수입니다. 학습으로 이 값을 줄입니다.',
  },
  mining: {
    name: 'mining',
    says: 'batch에서 배울 것이 있는 쌍이나 triplet을 골라내는 일입니다. semi‑hard만 고르는 식이며, 고르는 방법을 miner라고 합니다.',
  },
  infonce: {
    name: 'InfoNCE',
    says: '여러 후보 가운데 어느 것이 positive인지 묻는 loss입니다. 유사도에 softmax를 취해 positive의 비율에 −log를 씌웁니다.',
  },
  softmax: {
    name: 'softmax',
    says: '점수를 모두 더해 1이 되는 비율로 바꿉니다. 점수가 클수록 비율도 큽니다.',
  },
  temperature: {
    name: '온도',
    says: 'softmax를 취하기 전에 유사도를 τ로 나눕니다. τ가 작으면 차이가 커져서 가장 비슷한 negative를 집중해서 밀어냅니다.',
  },
  crossentropy: {
    name: 'cross-entropy',
    says: '분류에서 가장 많이 쓰는 loss입니다. softmax가 정답 클래스에 준 비율에 −log를 씌웁니다.',
  },
  augmentation: {
    name: 'data augmentation',
    says: '뜻이 달라지지 않는 범위에서 이미지를 무작위로 옮기고, 돌리고, 자르는 것입니다.',
  },
  view: {
    name: 'view',
    says: 'augmentation으로 만든 이미지 하나입니다. 한 이미지에서 나온 두 view는 같은 대상을 보여 줍니다.',
  },
  contrastive: {
    name: 'contrastive learning',
    says: '비교하며 학습하는 방법입니다. 같은 것끼리는 당기고 나머지는 밀어냅니다.',
  },
  head: {
    name: 'linear head',
    says: 'embedding 위에 올린 선형 층 하나로 클래스 점수를 냅니다. embedding이 클래스를 얼마나 나누어 놓았는지 알 수 있습니다.',
  },
  seed: {
    name: 'seed',
    says: '난수의 시작값입니다. seed가 같으면 결과도 같고, seed를 바꿔 보면 우연이 얼마나 컸는지 알 수 있습니다.',
  },
  triangle: {
    name: '삼각부등식',
    says: '모든 x, y, z에서 d(x, z) ≤ d(x, y) + d(y, z). 트리로 검색할 때 이 성질을 이용합니다.',
  },
  cosine: {
    name: 'cosine similarity',
    says: '두 벡터가 이루는 각의 cosine입니다. 방향이 같으면 1, 직각이면 0이고 길이는 보지 않습니다.',
  },
  euclidean: { name: 'Euclidean 거리', says: '두 점 사이의 직선거리입니다: ‖x − y‖.' },
  histogram: {
    name: 'histogram',
    says: '칸마다 양을 적은 것입니다. 여기서는 픽셀마다 잉크의 양을 전체 합으로 나누어 모두 더하면 1이 됩니다.',
  },
  kl: {
    name: 'KL divergence',
    says: '한 분포를 다른 분포로 설명할 때 얼마나 어긋나는지 나타냅니다: Σ x log(x / y). 대칭이 아니므로 metric이 아닙니다.',
  },
  wasserstein: {
    name: 'Wasserstein distance',
    says: '한 분포를 다른 분포로 옮기는 가장 적은 비용입니다. 비용은 옮기는 양에 거리를 곱한 값입니다.',
  },
  energy: {
    name: 'energy distance',
    says: '두 분포 사이의 거리를 각 분포 안의 거리와 비교합니다. 두 분포가 같을 때만 0입니다.',
  },
  contrastiveLoss: {
    name: 'contrastive loss',
    says: '쌍마다 계산합니다. positive 쌍은 거리만큼, negative 쌍은 margin보다 가까운 만큼 loss가 됩니다.',
  },
  tripletLoss: {
    name: 'triplet loss',
    says: 'anchor, positive, negative 세 개로 계산합니다: max(0, d(a, p) − d(a, n) + m).',
  },
  marginLoss: {
    name: 'margin loss',
    says: '쌍과 경계 β로 계산합니다. positive는 β − α보다 가깝고 negative는 β + α보다 멀어야 합니다.',
  },
  softmaxLoss: {
    name: 'softmax loss',
    says: '분류기 점수의 cross-entropy입니다. 다른 데이터가 아니라 클래스마다 하나씩 있는 가중치 벡터와 비교합니다.',
  },
  siamese: { name: 'siamese network', says: '쌍의 두 입력을 같은 네트워크에 넣습니다. 가중치를 공유합니다.' },
  threshold: {
    name: '임계값',
    says: '거리가 이보다 가까우면 같다고 봅니다. 낮추면 모르는 사람은 덜 통과하지만 맞는 사람을 더 많이 거부합니다. 두 오류가 같아지는 값이 동일 오류율(EER)입니다.',
  },
  cepstra: {
    name: 'cepstrum',
    says: '짧은 구간에서 소리 스펙트럼의 모양을 몇 개의 숫자로 나타낸 것입니다. 학습 없이 계산합니다.',
  },
  itemknn: {
    name: 'item-kNN',
    says: '내가 고른 것과 함께 가장 자주 선택된 것을 추천합니다. 세기만 할 뿐 벡터를 학습하지 않습니다.',
  },
  gallery: {
    name: 'gallery',
    says: '등록한 데이터 목록입니다. 벡터와 이름을 함께 저장하고, 질문이 들어오면 이것들과 비교합니다.',
  },
};
