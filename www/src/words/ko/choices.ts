export const choicesChapter = {
  title: '어떤 loss, 어떤 네트워크?',
  objective: '네 가지 loss가 같은 공간을 어떻게 다르게 만드는지, loss마다 어떤 네트워크 구성이 필요한지.',
  losses: {
    text: '같은 네트워크 네 개를 나란히 학습합니다. 데이터, batch, 초기 가중치가 모두 같고 loss만 다릅니다. embedding이 2차원이므로 평면이 곧 embedding입니다. [contrastiveLoss:contrastive]는 쌍을, [tripletLoss:triplet]은 세 개를 보고, [marginLoss:margin]은 모든 쌍을 경계 하나와 비교하며, [softmaxLoss:softmax]는 클래스만 압니다. 숫자를 가리키면 모든 평면에 표시됩니다.',
  },
  gaps: {
    text: '어느 쪽이 더 좋을까요? 가장 가까운 다른 이미지가 같은 클래스인 비율을 같은 이미지로 세어 서로 뺍니다. 신뢰구간에 0이 들어 있으면 차이가 없는 것입니다. 데이터, step 수, embedding 차원이 바뀌면 순서도 바뀔 수 있습니다.',
  },
  pull: {
    text: 'Loss는 무엇을 당기고 밀까요? 화살표는 −[gradient:gradient]이며 길이도 실제 크기입니다. contrastive는 [positive:positive]를 언제나 당기고, [negative:negative]는 거리가 negative margin mₙ이 될 때까지 밉니다. triplet은 negative가 [margin:margin]만큼 더 멀어질 때까지 세 점을 함께 움직입니다. loss를 고르고 점을 끌어 보세요.',
  },
  height: {
    text: 'Loss를 [b:지형]으로 생각해 봅시다. 음영이 뚜렷할수록 높습니다. 마지막에 움직인 점이 그 자리에 있을 때의 loss입니다. 점은 화살표를 따라 내려가고, 평평한 곳에서는 멈춥니다.',
  },
  wiring: {
    text: 'Loss에 따라 선택해야 하는 네트워크가 달라집니다. 쌍에는 입력이 둘([siamese:siamese]), triplet에는 셋, softmax에는 하나와 클래스 가중치 층이 필요하고, two-view는 이미지 한 장을 두 번 넣습니다. 네트워크 자체는 언제나 하나이며 모든 입력이 가중치를 공유합니다. batch와 차원을 바꾸면 shape도 바뀝니다.',
  },
  code: {
    text: '같은 설정을 PyTorch 코드로 옮겼습니다. 이름은 pytorch-metric-learning을 따릅니다. 복사해서 여러분의 네트워크와 데이터를 넣어 보세요.',
  },
  question: {
    ask: '몇몇 쌍에 대해 “같은 사람”, “다른 사람”이라는 라벨만 있습니다. 이 라벨을 그대로 쓸 수 있는 loss는?',
    a: 'softmax',
    b: 'contrastive',
    c: 'triplet',
    because:
      'softmax에는 사람마다 이름이 필요하고, triplet에는 positive와 negative를 모두 가진 anchor가 필요합니다. contrastive loss는 쌍 하나만으로 계산합니다.',
  },
  wrong: {
    text: '기본 설정으로 비교해서는 알 수 있는 것이 적습니다. loss마다 알맞은 margin, learning rate, batch가 다릅니다. Musgrave, Belongie, Lim(2020)이 예전 loss와 새 loss를 똑같이 정성껏 조정했더니 차이가 작아졌습니다.',
  },
};

export const choices = {
  names: {
    contrastive: 'contrastive',
    triplet: 'triplet',
    margin: 'margin',
    softmax: 'softmax',
    ntxent: 'NT-Xent',
    supcon: 'SupCon',
  },
  column: '{at}번 열의 loss',
  nearest: '가장 가까운 다른 이미지가 같은 클래스인 비율',
  planeLabel: '{name}: step {step} 기준 테스트 이미지 {count}장을 2차원 embedding 자리에 놓았습니다.',
  opening: '네트워크를 여는 중입니다.',
  train: '학습',
  pause: '일시정지',
  reset: '초기화',
  mark: '이미지 표시하기',
  step: 'step {step}',
  failed: '학습이 중단되었습니다: {message}',
  lines: '가장 가까운 이미지가 같은 클래스인 비율(%)',
  gaps: '{name} 대비 차이(%p)',
  none: '차이 없음',
  points: '{by}%p',
  loss: 'loss',
  forceOn: '{name}에 작용하는 힘 {force}',
  does: {
    contrastive:
      'positive는 거리와 관계없이 같은 힘으로 당깁니다. negative는 거리가 negative margin mₙ보다 작을 때만 밉니다.',
    triplet:
      '두 거리의 차이만 봅니다. d(a,n)이 d(a,p)보다 m만큼 크면 됩니다. 점선 바깥에서는 loss가 0입니다.',
    margin:
      '모든 쌍에 경계 β 하나를 씁니다. positive는 β − α 안쪽, negative는 β + α 바깥이면 움직이지 않습니다.',
    softmax:
      '쌍을 보지 않습니다. 각 점이 자기 클래스의 가중치 w 쪽으로 가고 다른 클래스의 w에서 멀어지며, 완전히 멈추지는 않습니다.',
  },
  heightLabel: '{name}의 자리마다 loss를 음영으로 나타냈습니다. 강할수록 높습니다.',
  copy: '코드 복사',
  semihard: 'semi‑hard mining',
  codeLabel: 'PyTorch 코드로 옮긴 실험',
  codeNote:
    '이름과 값은 pytorch-metric-learning 2.9.0을 따릅니다. network와 data에는 여러분의 것을 넣으세요.',
  codeSoftmax:
    'pytorch-metric-learning에는 단순 softmax loss가 없어서, PyTorch의 loss에 클래스용 linear 층을 더해 씁니다.',
  wiring: {
    title: '네트워크 구성',
    names: { siamese: 'siamese', triplet: 'triplet', classifier: '분류기', twoView: 'two-view' },
    says: {
      siamese: '가중치를 공유하는 네트워크에 두 이미지를 넣습니다. loss는 그 쌍의 거리를 봅니다.',
      triplet: '가중치를 공유하는 네트워크에 세 이미지를 넣습니다. loss는 두 거리를 비교합니다.',
      classifier:
        '네트워크에 이미지를 하나 넣습니다. 뒤에 붙인 층이 클래스마다 점수를 내고 loss는 그 점수를 봅니다.',
      twoView:
        '이미지 한 장을 두 번 다르게 바꿔 넣습니다. loss는 두 view의 유사도를 나머지 전부와 비교합니다.',
    },
    lanes: { anchor: 'anchor', positive: 'positive', negative: 'negative', plain: '이미지' },
    symbols: { anchor: 'a', positive: 'p', negative: 'n', plain: 'x' },
    network: '네트워크',
    shared: '네트워크 하나, 가중치 공유',
    numbers: '숫자 {count}개',
    reads: {
      siamese: 'd(a, p)',
      triplet: 'd(a, p) – d(a, n)',
      classifier: 'w · f(x) + b',
      twoView: 's(a, p)와 모든 s(a, n)',
    },
    losses: {
      siamese: 'metric: d\nloss: contrastive',
      triplet: 'metric: d\nloss: triplet, margin',
      classifier: 'loss: softmax\n(cross-entropy)',
      twoView: '유사도: s\nloss: NT-Xent',
    },
    table: 'batch 하나의 tensor shape',
    tensors: {
      input: '이미지',
      layer: '층을 지난 뒤',
      embedding: 'embedding',
      distances: '모든 쌍의 거리',
      scores: '모든 클래스의 점수',
    },
    counts: {
      siamese: 'batch 하나에 positive 쌍 {positive}개, negative 쌍 {negative}개가 있습니다.',
      triplet: 'batch 하나에 triplet {all}개가 있습니다.',
      classifier: 'batch 하나에 점수 {all}개가 나오고, 그중 {positive}개가 정답 클래스의 점수입니다.',
      twoView: '라벨 없이도 batch 하나에 positive 쌍 {positive}개, negative 쌍 {negative}개가 있습니다.',
    },
    parameters: '네트워크의 학습 파라미터는 {network}개입니다.',
    parametersAndLoss: '학습 파라미터는 네트워크 {network}개, loss {loss}개입니다.',
    classes: '클래스',
    each: '클래스당 이미지',
    dim: '차원',
  },
};
