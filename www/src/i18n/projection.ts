/** How the embedding is laid flat on the map. */
export const en = {
  'projection.title': 'Projection',
  'projection.hides.tsne':
    't-SNE tries to keep who is near whom. How large a cluster is, and how wide the gap to the next, means little here.',
  'projection.hides.umap':
    'UMAP tries to keep who is near whom and pushes the rest away. How large a cluster is, and how wide the gap to the next, means little here.',
  'projection.notYet': '{method} is not drawn yet: the map still shows PCA.',
  'projection.part':
    '{shown} of {count} points, chosen at random; the others are hidden. Embeddings of step {step}.',
  'projection.whole': 'All {count} points. Embeddings of step {step}.',
  'projection.older': 'The session is at step {step} by now.',
  'projection.otherSession': 'They are of an earlier session.',
  'projection.otherSettings': 'It was drawn with other settings.',
  'projection.trust': 'Trustworthiness',
  'projection.trustPca': 'PCA: {value}',
  'projection.trustNote':
    'Trustworthiness is 1 when the {k} nearest of every point here are its {k} nearest in the embedding, too (Venna and Kaski 2001).',
  'projection.trustOf': 'Measured on {points} points at step {step}.',
  'projection.measure': 'Measure trust',
  'projection.measureAgain': 'Measure again',
  'projection.compute': 'Compute',
  'projection.computeAgain': 'Compute again',
  'projection.cancel': 'Cancel',
  'projection.fetching': 'Fetching the embeddings…',
  'projection.measuring': 'Measuring…',
  'projection.round': 'Round {done} of {total}',
  'projection.begun': '{method} is being computed.',
  'projection.done': '{method} is drawn. Trustworthiness {value}.',
  'projection.intruders':
    '{count} of the {k} nearest to the picked point in this picture are false: not among its {k} nearest in the embedding.',
  'projection.noIntruders': 'All of the {k} nearest to the picked point in this picture are true neighbours.',
  'projection.within': 'Rings: its nearest among the points shown. The list below searches all points.',
  'projection.away': 'The picked point is not among the points shown, so it has no place here.',
  'projection.settings': 'Settings of the picture',
  'projection.perplexity': 'Perplexity',
  'projection.neighbours': 'Neighbours',
  'projection.minDist': 'Least distance',
  'projection.sample': 'Points at most',
  'projection.seed': 'Seed',
  'projection.settingsNote':
    'The same embeddings, settings and seed give the same picture in the same browser.',
  'projection.library': 't-SNE and UMAP are computed by DruidJS (LGPL 3 or later).',
  'projection.licence': 'Its licence',
  'notice.projectionLibrary':
    'The library for t-SNE and UMAP could not be loaded. The map shows PCA. Check the connection and try again.',
  'notice.projectionFew':
    'There are too few points for this. Raise “Points at most”, or lower the perplexity or the neighbours. Until then the map shows PCA.',
  'notice.projectionWorker':
    'The Worker that was to draw the picture stopped or did not start. The map shows PCA. Try again; if it stays, reload the page.',
  'notice.projectionFailed':
    'The picture could not be computed. The map shows PCA. Other settings or another seed may help.',
} as const;

export const ko: Readonly<Record<keyof typeof en, string>> = {
  'projection.title': '투영 방법',
  'projection.hides.tsne':
    't-SNE는 누가 누구 가까이 있는지를 지키려 합니다. 무리의 크기와 무리 사이의 간격은 여기서 별 뜻이 없습니다.',
  'projection.hides.umap':
    'UMAP은 가까운 점을 가까이 두려 하고 나머지는 밀어냅니다. 무리의 크기와 무리 사이의 간격은 여기서 별 뜻이 없습니다.',
  'projection.notYet': '{method} 그림이 아직 없어 지도에는 PCA가 보입니다.',
  'projection.part':
    '점 {count}개 가운데 무작위로 고른 {shown}개이고 나머지는 숨겼습니다. {step}번째 걸음의 임베딩입니다.',
  'projection.whole': '점 {count}개 모두. {step}번째 걸음의 임베딩입니다.',
  'projection.older': '학습은 지금 {step}번째 걸음에 있습니다.',
  'projection.otherSession': '앞선 세션의 임베딩입니다.',
  'projection.otherSettings': '다른 설정으로 그린 그림입니다.',
  'projection.trust': '신뢰도',
  'projection.trustPca': '같은 점의 PCA {value}',
  'projection.trustNote':
    '신뢰도(trustworthiness)가 1이면 모든 점에서 여기 가까운 {k}개가 임베딩에서도 가까운 {k}개입니다 (Venna와 Kaski 2001).',
  'projection.trustOf': '{step}번째 걸음에서 점 {points}개로 쟀습니다.',
  'projection.measure': '신뢰도 재기',
  'projection.measureAgain': '다시 재기',
  'projection.compute': '계산하기',
  'projection.computeAgain': '다시 계산하기',
  'projection.cancel': '그만두기',
  'projection.fetching': '임베딩을 받는 중…',
  'projection.measuring': '재는 중…',
  'projection.round': '{total}번 중 {done}번째',
  'projection.begun': '{method} 계산을 시작했습니다.',
  'projection.done': '{method} 그림을 그렸습니다. 신뢰도 {value}.',
  'projection.intruders':
    '고른 점에서 이 그림으로 가장 가까운 {k}개 가운데 {count}개는 거짓 이웃입니다. 임베딩의 가까운 {k}개에 들지 않습니다.',
  'projection.noIntruders': '고른 점에서 이 그림으로 가장 가까운 {k}개는 모두 참 이웃입니다.',
  'projection.within': '고리는 보이는 점 가운데 가장 가까운 이웃입니다. 아래 목록은 모든 점에서 찾습니다.',
  'projection.away': '고른 점은 보이는 점에 들지 않아 이 그림에 자리가 없습니다.',
  'projection.settings': '그림 설정',
  'projection.perplexity': '퍼플렉시티',
  'projection.neighbours': '이웃 수',
  'projection.minDist': '최소 거리',
  'projection.sample': '점의 최대 수',
  'projection.seed': '시드',
  'projection.settingsNote': '임베딩, 설정, 시드가 같으면 같은 브라우저에서 같은 그림이 나옵니다.',
  'projection.library': 't-SNE와 UMAP은 DruidJS(LGPL 3 이상)로 계산합니다.',
  'projection.licence': '라이선스 전문',
  'notice.projectionLibrary':
    't-SNE와 UMAP 라이브러리를 불러오지 못해 지도에 PCA를 보입니다. 연결을 확인하고 다시 시도하세요.',
  'notice.projectionFew':
    '점이 너무 적습니다. ‘점의 최대 수’를 늘리거나 퍼플렉시티나 이웃 수를 줄이세요. 그때까지 지도에는 PCA가 보입니다.',
  'notice.projectionWorker':
    '그림을 그릴 Worker가 멈췄거나 시작되지 않아 지도에 PCA를 보입니다. 다시 시도하고, 계속되면 페이지를 새로 고치세요.',
  'notice.projectionFailed':
    '그림을 계산하지 못해 지도에 PCA를 보입니다. 다른 설정이나 다른 시드를 써 보세요.',
};
