export const helpsChapter = {
  title: '분류 문제에도 도움이 될까?',
  objective: '클래스가 정해진 분류 문제에서 contrastive learning으로 얻는 것과 얻지 못하는 것.',
  names: {
    text: '이번에는 클래스가 정해져 있다고 합시다. 숫자 10종뿐이고 새로 들어오는 것은 없습니다. 보통은 [crossentropy:cross-entropy]로 학습합니다. 네트워크가 이미지마다 점수 10개를 내고, 정답 클래스의 점수가 가장 커지도록 합니다.',
  },
  views: {
    text: '[augmentation:Data augmentation]은 비용이 적게 드는 방법입니다. 이미지를 매번 조금씩 무작위로 돌리고, 옮기고, 자릅니다. 클래스는 그대로인데 네트워크는 더 다양한 이미지를 봅니다. 이미지 한 장으로 만든 [view:view] 두 개입니다. 변화를 하나씩 켜고 꺼 보세요.',
  },
  pairs: {
    text: '[contrastive:Contrastive learning]은 다른 것을 묻습니다. 어느 view끼리 짝일까? [positive:positive] 쌍은 당기고 [negative:negative] 쌍은 밉니다. 이미지 한 장에서 나온 두 view가 positive 쌍이므로 라벨이 필요 없습니다. 라벨이 있으면 같은 숫자의 이미지가 모두 positive가 됩니다.',
  },
  head: {
    text: '그다음 네트워크를 고정(freeze)하고, embedding 위에 [head:linear head]만 학습해 클래스를 맞힙니다. 숫자마다 라벨을 몇 개 쓸지 고르고 지금 실행해 보세요. 다섯 가지 방법 모두 같은 구조의 네트워크를 같은 step만큼 학습합니다.',
  },
  seeds: {
    text: '한 번의 결과만으로는 알 수 없습니다. 라벨을 붙인 이미지와 초기 가중치를 [seed:seed]마다 바꿔 가며 미리 기록한 결과입니다. 라벨이 [b:적을 때]와 [b:많을 때]를 비교해 보세요.',
  },
  question: {
    ask: '라벨이 적을 때 contrastive learning이 단순 cross-entropy보다 좋았습니다. contrastive loss 덕분이라고 말하려면 무엇을 확인해야 할까요?',
    a: '네트워크가 충분히 큰지',
    b: 'cross-entropy에도 같은 augmentation을 썼는지',
    c: 'loss가 0이 되었는지',
    because:
      '이득의 상당 부분이 augmentation 덕분일 수 있습니다. 같은 augmentation을 쓴 cross-entropy와, 그리고 head도 같은 방법으로 학습한 결과와 비교해야 합니다.',
  },
  wrong: {
    text: '얻는 것은 빠른 학습과 적은 라벨이지, 더 높은 최종 성능이 아닙니다. PyTorch로 측정했을 때 숫자당 라벨 10개, 5초 학습에서는 contrastive learning이 4%p 앞섰지만 13초 뒤에는 둘 다 93%였습니다. 옷 이미지에서는 이득이 없었습니다.',
  },
};

export const helps = {
  views: {
    original: '원본 이미지',
    view: 'view {at}',
    changes: '변화',
    shift: '이동',
    rotate: '회전',
    crop: '자르기',
    noise: '잡음',
    erase: '가리기',
    flip: '좌우 반전',
    drawnShift: '가로 {across}, 세로 {down}',
    drawnTurn: '{degrees}° 회전',
    drawnCrop: '한 변의 {share}%',
    drawnErase: '{rows} × {columns} 가림',
    drawnFlip: '좌우 반전',
    drawnNothing: '변화 없음',
    equal: '두 view가 똑같습니다. 이런 쌍을 당겨서는 배울 것이 없습니다.',
    pulled: '모양은 달라도 같은 숫자입니다. 두 view의 embedding을 서로 당깁니다.',
    mirrored:
      '절반은 좌우가 뒤집힙니다. 뒤집힌 숫자는 더 이상 그 숫자가 아니므로, 클래스가 유지되지 않는 변화입니다.',
    again: '다시 뽑기',
    other: '다른 이미지',
  },
  pairs: {
    table: '이미지 다섯 장에서 나온 view 열 개의 모든 쌍',
    view: 'view {at}',
    count: '라벨 없이: positive 쌍 {positives}개, negative 쌍 {negatives}개',
    countLabelled: '라벨 사용: positive 쌍 {positives}개, negative 쌍 {negatives}개',
    self: '같은 view',
    positive: 'positive: 당긴다',
    negative: 'negative: 민다',
    marks: { self: '', positive: '+', negative: '–' },
    with: '라벨 쓰기',
    without: '라벨 쓰지 않기',
    other: '다른 이미지',
  },
  method: '방법',
  methods: {
    plain: 'Cross-entropy',
    augmented: 'Augmentation + cross-entropy',
    refitted: '위와 같고 head만 다시 학습',
    labelled: 'Contrastive(라벨 사용) + head',
    unlabelled: 'Contrastive(라벨 없음) + head',
  },
  labelsTitle: '숫자당 라벨',
  labelCounts: { '10': '10', '50': '50', all: '전체' },
  labelHeads: { '10': '라벨 10개', '50': '라벨 50개', all: '라벨 전체' },
  right: '정확도(%)',
  recordedHead: '기록: 라벨 {labels}, seed {seeds}개',
  liveHead: '지금: 라벨 {labels}, seed {seed}',
  liveNone: '지금: 아직 실행하지 않음',
  liveLabel: '테스트 이미지 2,000장에 대한 정확도',
  run: '실행(1~3분)',
  cancel: '취소',
  seed: 'seed',
  progress: '학습 중',
  before:
    '위 문장은 기록한 결과에 대한 것입니다. 실행하면 지금 결과로 바뀝니다. 그때 구간은 테스트 이미지 2,000장 기준입니다.',
  failed: '실험이 중단되었습니다: {message}',
  recordedTitle: '정확도(%)',
  recordedBy: '{steps} step씩 학습, seed {seeds}개의 평균과 95% 신뢰구간. {date}에 다음 명령으로 기록:',
  tells: {
    labelled: {
      better:
        '라벨을 쓴 contrastive learning이 같은 augmentation을 쓴 cross-entropy보다 {by} ± {half}%p 높습니다.',
      same: '라벨을 쓴 contrastive learning과 같은 augmentation을 쓴 cross-entropy는 차이가 없습니다({by} ± {half}%p).',
      worse:
        '라벨을 쓴 contrastive learning이 같은 augmentation을 쓴 cross-entropy보다 {by} ± {half}%p 낮습니다.',
    },
    fair: {
      better: 'head를 다시 학습한 cross-entropy보다는 {by} ± {half}%p 높습니다.',
      same: 'head를 다시 학습한 cross-entropy와는 차이가 없습니다({by} ± {half}%p).',
      worse: 'head를 다시 학습한 cross-entropy보다는 {by} ± {half}%p 낮습니다.',
    },
    unlabelled: {
      better: '라벨 없는 contrastive learning이 augmentation + cross-entropy보다 {by} ± {half}%p 높습니다.',
      same: '라벨 없는 contrastive learning과 augmentation + cross-entropy는 차이가 없습니다({by} ± {half}%p).',
      worse: '라벨 없는 contrastive learning이 augmentation + cross-entropy보다 {by} ± {half}%p 낮습니다.',
    },
  },
};
