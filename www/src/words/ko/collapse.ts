export const collapse = {
  recipes: 'collapse가 일어나는 조건',
  names: {
    negativesOff: 'negative 끄기',
    hardest: '가장 어려운 negative만, 빠르게',
    stopGradientOff: 'stop-gradient 없는 SimSiam',
    viewsAlone: '두 view를 당기기만',
  },
  causes: {
    negativesOff: 'negative margin이 0인 contrastive loss입니다. 모두 당기기만 하고 아무것도 밀지 않습니다.',
    hardest:
      '가장 어려운 triplet만 learning rate 0.03으로 학습합니다. 모두 한 점에 모이는 것이 가장 쉬운 해가 됩니다.',
    stopGradientOff:
      '두 view가 서로를 예측하면서 양쪽 모두 움직입니다. 모두 한 점에 모이면 예측이 가장 쉽게 맞습니다.',
    viewsAlone: '한 이미지의 두 view를 가깝게 할 뿐, loss가 다른 것은 요구하지 않습니다.',
  },
  cures: {
    negativesOff: '같은 가중치에서 negative margin을 다시 1로 바꿉니다.',
    hardest: '같은 가중치에서 semi‑hard triplet을 learning rate 0.003으로 학습합니다.',
    stopGradientOff:
      '이 작은 네트워크는 stop-gradient가 있어도 무너집니다. 논문의 네트워크와 달리 batch normalization이 없기 때문입니다. 같은 초기값에서 variance와 covariance를 더해 다시 시작합니다.',
    viewsAlone:
      '무너진 가중치에는 gradient가 남아 있지 않습니다. 같은 초기값에서 variance와 covariance를 더해 다시 시작합니다.',
  },
  collapse: '무너뜨리기',
  cure: '되살리기',
  before: '되살리기를 누른 step {step}에서는 {spread}였습니다.',
  opening: '네트워크를 여는 중입니다.',
  plane: 'step {step} 기준 테스트 이미지 {count}장. 축은 움직이지 않습니다.',
  spectrum: '방향별 분산 비율',
  spread: 'embedding이 퍼진 정도',
  verdicts: {
    none: 'collapse 없음: 퍼진 정도는 {spread}입니다.',
    point: '모든 이미지가 한 점에 모였습니다. 퍼진 정도는 {spread}입니다.',
    margin: 'loss가 margin과 같습니다. 모든 거리가 똑같고 퍼진 정도는 {spread}입니다.',
    line: '한 방향이 분산의 {share}%를 차지합니다.',
  },
  river: {
    label: 'step에 따른 hard, semi‑hard, easy triplet의 비율',
    hard: 'hard',
    semihard: 'semi‑hard',
    easy: 'easy',
    note: '저장된 step마다 마지막 batch의 유효한 triplet 전체를 셉니다. mining된 것의 평균 loss는 줄지 않지만 이 비율은 움직입니다.',
    empty: '학습을 시작하면 저장된 step마다 점이 하나씩 늘어납니다.',
  },
};
