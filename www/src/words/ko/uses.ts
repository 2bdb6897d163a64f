export const usesChapter = {
  title: '어디에 쓸까?',
  objective: '네 가지 활용에서 무엇을 비교하는지, 결과는 얼마나 믿을 만한지.',
  faces: {
    text: '[b:얼굴 인식.] 출입문은 방문자의 사진을 등록된 사진과 비교해 같은 사람인지 판단합니다. 여기 있는 160명은 그린 얼굴이고 실제로는 없는 사람들이라, 누구의 얼굴도 쓰지 않습니다. 네트워크는 100명으로 학습하고, 나머지 60명이 출입문에 섭니다. 학습한 뒤 [threshold:임계값]을 움직여 보세요.',
  },
  voices: {
    text: '[b:음성 화자 인식.] 사진 대신 음성 클립을 넣습니다. 클립 하나가 벡터 하나가 되고, 화자는 계속 늘고 줄어듭니다. 두 사람의 목소리를 녹음하고 누구인지 물어보세요. 세 번째 사람도 말해 보세요. 화자가 적고 클립이 짧으면 네트워크보다 [cepstra:cepstrum](스펙트럼의 모양을 나타낸 숫자) 그대로가 나을 수 있으니 늘 함께 세어 보세요.',
  },
  products: {
    text: '[b:상품 검색.] 고객이 찍은 사진은 카탈로그 사진과 다르게 생겼습니다. 여기서는 한 그림체의 이모지로 다른 그림체의 같은 이모지를 찾습니다. 모두 학습에 쓰지 않은 이모지입니다. 학습한 뒤 raw pixel과 비교해 보세요.',
  },
  recommendation: {
    text: '[b:추천.] 사용자 네트워크와 상품 네트워크(two towers)가 한 공간에서 만납니다. 사용자 가까이에 있는 것을 추천합니다. 누가 무엇을 좋아했는지는 개인정보라서, 여기서는 Debian 패키지가 사용자를 대신합니다. 내가 쓰는 것을 골라 보세요. 새 사용자도, 새 상품도 벡터 하나면 됩니다. 학습한 뒤 인기순, [itemknn:item-kNN]과 비교해 보세요.',
  },
  question: {
    ask: '하루에 상품 천 개가 바뀌는 상점이 있습니다. 그때마다 무엇을 해야 할까요?',
    a: '네트워크를 다시 학습한다',
    b: '새 벡터를 계산하고 옛 벡터를 지운다',
    c: 'metric을 바꾼다',
    because: 'embedding은 그대로 둡니다. [gallery:gallery]는 벡터 목록이라 금방 고칠 수 있습니다.',
  },
  wrong: {
    text: '어떤 사람들로 정한 임계값이 다른 사람들에게도 맞는 것은 아닙니다. 카메라도 장소도 집단도 다릅니다. 내 데이터의 쌍으로 정하고, 두 가지 오류를 모두 보고, 얼마나 확실한지도 밝히세요.',
  },
};

export const uses = {
  gate: {
    space: '비교 기준',
    spaces: { compare: 'embedding', raw: 'raw pixel(원본)' },
    loading: '얼굴을 가져오는 중입니다.',
    registered: '등록된 얼굴',
    visitor: '방문자',
    next: '다음 방문자',
    train: '{steps} step 학습하기',
    training: '학습 중: step {step}',
    letIn: '떨어져 있어 문이 열립니다. 같은 사람입니다.',
    turnedAway: '떨어져 있어 문이 열리지 않습니다. 같은 사람인데 거부했습니다.',
    fooled: '떨어져 있어 문이 열립니다. 다른 사람인데 통과시켰습니다.',
    kept: '떨어져 있어 문이 열리지 않습니다. 다른 사람입니다.',
    notYet: 'embedding은 아직 학습하지 않았습니다.',
    plot: '같은 사람 쌍과 다른 사람 쌍의 거리 분포.',
    up: '쌍의 비율(눈금은 종류마다 다름)',
    across: '한 쌍의 거리(1 − cos)',
    limit: '임계값: 통과하는 거리',
    same: '같은 사람 {count}쌍',
    different: '다른 사람 {count}쌍',
    errors: '이 임계값에서는 본인의 {turned}를 거부하고, 다른 사람의 {passed}를 통과시킵니다.',
    awaiting: '두 오류가 같아지는 지점(EER): raw pixel {raw}. embedding은 학습하면 비교합니다.',
    equal:
      '두 오류가 같아지는 지점(EER): {step} step 학습한 embedding {compare}, raw pixel {raw}. 괄호는 사람을 다시 뽑아 구한 95% 구간입니다.',
    between: '{rate}({low}~{high})',
    reset: 'EER 임계값으로',
    comparing: '모든 쌍을 비교하는 중입니다.',
  },
  products: {
    asks: '질문',
    typical: '질문(대표적인 경우)',
    another: '다른 이모지',
    train: '{steps} step 학습하기',
    training: '학습 중: step {step}',
    spaces: { raw: 'raw pixel(원본)', compare: 'embedding' },
    found: '{count}개 중 {found}개를 1등으로 찾음',
    searching: '검색하는 중',
    notYet: '아직 학습하지 않음',
    right: '정답',
    loading: '이모지를 가져오는 중입니다.',
    awaiting: '학습하면 embedding의 결과를 셉니다.',
    better:
      'step {step} 기준, 다른 그림체에서 embedding은 {count}개 중 {compare}개, raw pixel은 {raw}개를 찾습니다.',
    same: 'step {step} 기준으로는 뚜렷한 차이가 없습니다. {count}개 중 embedding {compare}개, raw pixel {raw}개입니다.',
    worse:
      'step {step} 기준, 아직 raw pixel이 앞섭니다. {count}개 중 {raw}개이고 embedding은 {compare}개입니다.',
  },
  needs: {
    columns: {
      asks: '질문',
      gallery: '추가되고 삭제되는 것',
      beats: '넘어야 할 baseline',
      here: 'metriclab에는',
    },
    own: '직접 그려서 써 보기',
    faces: {
      name: '얼굴 인식',
      asks: '출입문의 사진',
      gallery: '사람마다 사진 한 장',
      beats: 'raw pixel',
      here: '실제로는 없는, 그린 얼굴',
    },
    voices: {
      name: '음성 화자 인식',
      asks: '몇 초 길이의 음성',
      gallery: '화자마다 클립 하나',
      beats: '학습 없이 계산한 스펙트럼의 모양(cepstrum)',
      here: '마이크나 파일로 넣은 내 목소리',
    },
    products: {
      name: '상품 검색',
      asks: '고객이 찍은 사진',
      gallery: '카탈로그 사진',
      beats: 'raw pixel',
      here: '두 그림체의 이모지, 말로도 찾기',
    },
    recommendation: {
      name: '추천',
      asks: '사용자가 좋아한 것',
      gallery: '영화, 책, 강의',
      beats: '인기순, 함께 쓰인 횟수(item-kNN)',
      here: '사용자 대신 Debian 패키지, 그리고 나',
    },
  },
};
