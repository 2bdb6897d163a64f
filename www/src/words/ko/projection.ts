import type { projection as en } from '../en/projection';

/** How the embedding is laid flat on the map. */
export const projection: Readonly<Record<keyof typeof en, string>> = {
  'projection.title': '차원 축소',
  'projection.hides.tsne':
    't-SNE는 가까운 점끼리의 이웃 관계를 유지하려 합니다. 군집의 크기나 군집 사이의 간격에는 큰 의미가 없습니다.',
  'projection.hides.umap':
    'UMAP은 가까운 점끼리는 가깝게, 나머지는 멀리 놓으려 합니다. 군집의 크기나 군집 사이의 간격에는 큰 의미가 없습니다.',
  'projection.notYet': '{method}를 아직 계산하지 않아 PCA 지도를 보여 줍니다.',
  'projection.past': '저장된 step은 PCA 지도로 보여 줍니다.',
  'projection.part':
    '점 {count}개 중 무작위로 뽑은 {shown}개만 표시합니다. 계산 전에 선택한 점과 그 이웃은 꼭 포함합니다. step {step}의 embedding입니다.',
  'projection.whole': '점 {count}개를 모두 표시합니다. step {step}의 embedding입니다.',
  'projection.older': '학습은 지금 step {step}까지 진행되었습니다.',
  'projection.otherSession': '이전 실험의 embedding입니다.',
  'projection.otherSettings': '다른 설정으로 계산한 지도입니다.',
  'projection.trust': '신뢰도',
  'projection.trustPca': '같은 점에 대한 PCA {value}',
  'projection.trustNote':
    '신뢰도(trustworthiness)가 1이면 지도에서 가까운 {k}개가 embedding에서도 가까운 {k}개와 일치합니다(Venna와 Kaski 2001).',
  'projection.trustOf': 'step {step}에서 점 {points}개로 계산했습니다.',
  'projection.trustTurned': 'step {step}에서 점 {points}개로, 지금 돌려 놓은 방향의 지도를 계산했습니다.',
  'projection.measure': '신뢰도 계산',
  'projection.measureAgain': '다시 계산',
  'projection.compute': '계산하기',
  'projection.computeAgain': '다시 계산하기',
  'projection.cancel': '취소',
  'projection.fetching': 'embedding을 가져오는 중…',
  'projection.measuring': '신뢰도를 계산하는 중…',
  'projection.round': '반복 {done} / {total}',
  'projection.begun': '{method} 계산을 시작했습니다.',
  'projection.done': '{method} 계산을 마쳤습니다. 신뢰도는 {value}입니다.',
  'projection.intruders':
    '지도에서 가까워 보이는 {k}개 중 {count}개는 실제 embedding에서는 가까운 {k}개에 들지 않습니다.',
  'projection.noIntruders': '지도에서 가까워 보이는 {k}개가 모두 실제 이웃입니다.',
  'projection.within':
    '고리로 표시한 점은 지금 보이는 점 중에서 가장 가까운 이웃입니다. 아래 목록은 전체에서 찾은 결과입니다.',
  'projection.away':
    '선택한 점은 지금 표시한 점에 포함되지 않아 지도에 없습니다. 다시 계산하면 그 이웃과 함께 포함됩니다.',
  'projection.settings': '차원 축소 설정',
  'projection.perplexity': 'perplexity',
  'projection.neighbours': '이웃 수',
  'projection.minDist': '최소 거리',
  'projection.sample': '최대 점 개수',
  'projection.seed': 'seed',
  'projection.settingsNote': 'embedding, 설정, seed가 같으면 같은 브라우저에서 항상 같은 결과가 나옵니다.',
  'notice.projectionFew':
    '점이 너무 적습니다. ‘최대 점 개수’를 늘리거나 perplexity 또는 이웃 수를 줄이세요. 그동안은 PCA 지도를 보여 줍니다.',
  'notice.projectionWorker':
    '차원 축소를 계산하던 Worker가 멈췄거나 시작되지 않아 PCA 지도를 보여 줍니다. 다시 시도하고, 계속되면 페이지를 새로 고치세요.',
  'notice.projectionFailed': '차원 축소에 실패해 PCA 지도를 보여 줍니다. 설정이나 seed를 바꿔 보세요.',
};
