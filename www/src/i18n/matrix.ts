/** The distance matrix of a batch. */
export const en = {
  'matrix.label':
    'Distance matrix of the batch, rows and columns sorted by class. Arrow keys choose a cell, faster with Shift.',
  'matrix.title': 'Every distance in the batch',
  'matrix.renew': 'Measure again',
  'matrix.how':
    'Rows and columns are the pictures of one batch, sorted by class; lines part the classes. A good embedding shows near blocks along the diagonal and far everywhere else.',
  'matrix.near': 'near {value}',
  'matrix.far': 'far {value}',
  'matrix.counts':
    'Step {step}, {size} pictures, {valid} valid triplets: {hard} hard, {semihard} semi-hard, {easy} easy. The miner takes {mined}.',
  'matrix.similarity': 'Similarity {value}',
  'matrix.distance': 'Distance {value}',
  'matrix.self': 'The picture with itself.',
  'matrix.same': 'Same class: should be near.',
  'matrix.different': 'Different classes: should be far.',
} as const;

export const ko: Readonly<Record<keyof typeof en, string>> = {
  'matrix.label':
    '배치의 거리 행렬. 행과 열은 클래스 순서입니다. 화살표 키로 칸을 고르고 Shift로 더 멀리 갑니다.',
  'matrix.title': '배치의 모든 거리',
  'matrix.renew': '다시 재기',
  'matrix.how':
    '행과 열은 배치의 그림을 클래스 순서로 늘어놓은 것이고, 선이 클래스를 나눕니다. 좋은 임베딩이면 대각선의 사각형은 가깝고 나머지는 멉니다.',
  'matrix.near': '가까움 {value}',
  'matrix.far': '멂 {value}',
  'matrix.counts':
    '{step}번째 걸음, 그림 {size}장, 유효한 삼중항 {valid}개: hard {hard}개, semi-hard {semihard}개, easy {easy}개. 마이너는 {mined}개를 씁니다.',
  'matrix.similarity': '유사도 {value}',
  'matrix.distance': '거리 {value}',
  'matrix.self': '같은 그림입니다.',
  'matrix.same': '같은 클래스: 가까워야 합니다.',
  'matrix.different': '다른 클래스: 멀어야 합니다.',
};
