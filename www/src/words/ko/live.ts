/** The figures of voices, of recommendation and of descriptions. Their texts are fetched with them. */
export const voices = {
  register: '누가 있나요? 이름을 쓰고 몇 초씩 말해 주세요. 한 사람당 클립 두세 개면 됩니다.',
  name: '이름',
  record: '{seconds}초 녹음',
  recording: '녹음',
  stop: '멈추기',
  files: '음성 파일',
  none: '아직 아무도 없습니다. 이름을 쓰면 녹음하거나 파일을 열 수 있습니다.',
  tryOut: '합성 음성 둘로 해 보기',
  synthetic: '합성 {letter}',
  hear: '{name}의 클립 {at} 듣기',
  hearQuery: '질문한 클립 듣기',
  remove: '{name}의 클립 {at} 삭제',
  ask: '누구일까요? {seconds}초 녹음',
  askFile: '파일로 묻기',
  erase: '모두 삭제',
  known: '{name}입니다.',
  unknown: '모르는 목소리입니다. 가장 가까운 {name}도 임계값 밖입니다.',
  nearest: '가장 가까운 클립과 거리',
  limit: '임계값(1 − cosine):',
  follow: '내 데이터의 쌍으로 정하기',
  tooFew:
    '임계값이 없으면 누구에게나 이름을 붙입니다. 두 사람이 있고 그중 한 사람의 클립이 두 개 이상이면, 내 데이터의 쌍으로 임계값을 정합니다.',
  kept: '마이크와 장소의 영향도 받으니 한곳에서 녹음하세요. 소리는 이 탭 밖으로 나가지 않고, 페이지를 떠나면 사라집니다.',
  how: '무엇을 비교하나요?',
  what: '클립 하나는 숫자 24개가 됩니다. log-mel 프레임에서 구한 cepstrum 12개의 평균과 표준편차입니다. 파일은 처음 {most}초만 씁니다. 여기서는 학습하지 않습니다. 화자 몇 명으로는 배우기에 모자랍니다. 남성 9명의 모음에서 EER은 가장 나은 네트워크가 24% ± 3, cepstrum 그대로가 18% ± 5입니다. 화자 25명으로 배우면 네트워크가 더 낫습니다.',
  troubles: {
    'microphone.refused':
      '마이크 사용이 거부되었습니다. 주소창에서 허용한 뒤 다시 시도하거나 음성 파일을 여세요.',
    'microphone.missing': '이 브라우저에서는 마이크를 쓸 수 없습니다. 음성 파일로도 할 수 있습니다.',
    'sound.unreadable': '브라우저가 소리로 읽을 수 없는 파일입니다.',
    'sound.long': '10분이 넘는 파일입니다. 잘라서 쓰거나 더 짧은 파일을 고르세요.',
    'sound.quiet': '아무 소리도 들리지 않았습니다. 더 크게 말하거나 다른 마이크를 고르세요.',
    'sound.short': '말소리가 0.3초보다 짧습니다. 더 길게 말해 주세요.',
  },
};

/** Texts that the figures with two towers share. */
export const towers = {
  notYet: '아직 학습하지 않음',
  train: '{steps} step 학습하기',
  trains: '학습',
  step: 'step {step}',
};

export const recommend = {
  view: '새로 온 것',
  views: { person: '새 사용자', thing: '새 상품' },
  uses: '어떤 패키지를 쓰나요? {most}개까지 고르세요.',
  another: '다른 패키지',
  noSuch: '“{name}”은(는) 여기에 없습니다.',
  methods: { towers: 'Two towers', counting: 'item-kNN', popular: '인기순' },
  recall: '처음 보는 사용자 {users}명이 가진 것 중 상위 {count}개 안에서 찾은 비율(Recall)과 95% 신뢰구간:',
  share: '{share}% ± {half}',
  nothing: '하나 이상 고르세요.',
  stop: '멈추기',
  reset: '처음 선택으로',
  loading: '누가 무엇을 쓰는지 가져오는 중입니다.',
  awaiting: 'item-kNN은 학습하지 않고 함께 쓰인 횟수를 셉니다. two towers를 학습해 비교해 보세요.',
  awaitingNew: 'two towers를 학습해 보세요. 상품의 단어도 함께 배웁니다.',
  found: {
    better:
      'step {step} 기준, two towers가 item-kNN보다 많이 찾습니다. 방금 온 사용자를 위해 재학습하지는 않았습니다. 고른 패키지가 벡터 하나가 되었을 뿐입니다.',
    same: 'step {step} 기준, two towers와 item-kNN이 비슷하게 찾습니다. 방금 온 사용자를 위해 재학습하지는 않았습니다. 고른 패키지가 벡터 하나가 되었을 뿐입니다.',
    worse:
      'step {step} 기준, item-kNN이 더 많이 찾습니다. 셀 기록이 있으면 세는 쪽이 이깁니다. 방금 온 사용자를 위해 재학습하지는 않았습니다. 고른 패키지가 벡터 하나가 되었을 뿐입니다.',
  },
  foundNew: {
    better:
      'step {step} 기준, 새 상품 {fresh}개 중 사용자 {users}명이 실제로 가진 것을 상위 {count}개 안에서 찾는 비율은 two towers {towers}% ± {towersHalf}, 공통 단어 {words}% ± {wordsHalf}입니다. two towers가 앞섭니다.',
    same: 'step {step} 기준, 새 상품 {fresh}개 중 사용자 {users}명이 실제로 가진 것을 상위 {count}개 안에서 찾는 비율은 two towers {towers}% ± {towersHalf}, 공통 단어 {words}% ± {wordsHalf}입니다. 뚜렷한 차이는 없습니다.',
    worse:
      'step {step} 기준, 새 상품 {fresh}개 중 사용자 {users}명이 실제로 가진 것을 상위 {count}개 안에서 찾는 비율은 two towers {towers}% ± {towersHalf}, 공통 단어 {words}% ± {wordsHalf}입니다. 공통 단어가 앞섭니다.',
  },
  note: '사용자는 Debian 12 패키지 {users}개, 상품은 이들에 필요한 패키지 {items}개입니다. 고른 내용은 이 탭 밖으로 나가지 않습니다.',
  item: '아직 아무도 쓰지 않는 새 상품:',
  words: '아는 것은 다른 상품에도 있는 단어뿐입니다: {words}.',
  forYou: '내가 쓰는 것: {names}',
  cannot: { counting: '알 수 없음: 쓴 사람이 아직 없음', popular: '알 수 없음: 쓴 사람이 아직 없음' },
  place: '아는 상품 {others}개와 견주어 {place}위',
  alike: '가장 가까운 상품: {names}',
};

export const describe = {
  ask: '찾는 것을 말로 설명해 보세요:',
  others: '다른 설명',
  examples: ['웃는 얼굴', '동물', '하트', '손', '음식', '시계'],
  meant: '배우지 않은 단어라서, 배운 단어 중 뜻이 가장 가까운 것으로 찾습니다(MiniLM 기준): {pairs}.',
  strange: '배우지 않은 단어입니다: {words}.',
  methods: { towers: 'Two towers', looks: '비슷하게 생긴 이미지의 단어' },
  recall: 'Recall@{count} {share}% ± {half}',
  nothing: '배운 단어가 없습니다. 다른 말로 설명해 보세요.',
  loading: '이모지와 단어를 가져오는 중입니다.',
  awaiting:
    '학습하지 않아도, 비슷하게 생긴 이미지의 단어를 빌려 올 수는 있습니다. two towers를 학습해 비교해 보세요.',
  found: {
    better:
      'step {step} 기준, 설명이 없던 이미지를 제 단어로 찾을 때 상위 {count}개 안에 드는 비율은 two towers {towers}%, 빌려 온 단어 {looks}%, 우연 {chance}%입니다. two towers가 앞섭니다.',
    same: 'step {step} 기준, 설명이 없던 이미지를 제 단어로 찾을 때 상위 {count}개 안에 드는 비율은 two towers {towers}%, 빌려 온 단어 {looks}%, 우연 {chance}%입니다. 뚜렷한 차이는 없습니다.',
    worse:
      'step {step} 기준, 설명이 없던 이미지를 제 단어로 찾을 때 상위 {count}개 안에 드는 비율은 two towers {towers}%, 빌려 온 단어 {looks}%, 우연 {chance}%입니다. 빌려 온 단어가 앞섭니다. 비슷하게 생긴 이미지는 단어도 비슷하고, 이모지 {known}개는 말을 배우기에 적기 때문입니다.',
  },
  note: '네트워크 하나는 이미지를, 다른 하나는 단어를 읽습니다. 둘은 설명이 붙은 이모지 {known}개로 함께 학습합니다. 보이는 것은 설명을 감춘 나머지 {hidden}개 중 상위 {shown}개입니다.',
};
