export const furniture = {
  copyLink: '링크 복사',
  copyEmbed: '이 그림을 웹 페이지에 넣는 코드 복사',
  copied: '복사했습니다.',
  copyByHand: '브라우저가 복사를 막았습니다. 텍스트를 직접 선택해 복사해 주세요.',
  transcript: '글로 읽기',
  figure: '그림:',
  predict: '어떻게 될까요?',
  revealed: '정답',
  formula: '한 줄로 쓰면',
  knobs: '그림의 설정',
  chooseKnobs: '설정 고르기',
  keysTitle: '키',
  keys: {
    move: '← → 또는 리모컨: 이전, 다음 슬라이드',
    chapters: '1–8: 장 이동',
    answer: '↑ ↓: 답 고르기',
    run: 'Space: 그림 실행',
    reset: 'R: 그림 초기화',
    blank: 'B 또는 마침표: 화면 끄기(아무 키나 누르면 다시 켜짐)',
    language: 'L: 언어 바꾸기',
    full: 'F: 전체 화면',
    help: '?: 키 안내',
    leave: 'Esc: 마치기',
  },
  shows: {
    newcomer:
      '이름을 배운 네트워크와 비교를 배운 네트워크가 각각 그린 이미지 지도 두 개, 그 아래에 새 글자를 몇 개나 찾았는지.',
    search:
      '고른 이미지와 가장 가까운 이미지들을 embedding 기준과 raw pixel 기준으로 나란히. 정답에 표시가 있습니다.',
    embedding: '이미지 한 장이 지나는 층들과, 명암 64칸으로 나타낸 embedding.',
    sphere:
      '2차원과 3차원으로 학습한 네트워크가 원과 돌려 볼 수 있는 구에 놓은 손글씨 숫자들. 표에는 2, 3, 16, 64차원에서 찾은 비율과 바이트 수가 있습니다.',
    cut: '이미지 한 장과, embedding의 앞쪽 숫자만으로 찾은 가장 가까운 일곱 장. raw pixel로 찾은 것과 나란히 놓고 정답에 표시합니다. 아래는 숫자 2, 3, 4, 8, 16, 32, 64개로 찾은 새 글자 수의 막대와 신뢰구간. Matryoshka loss로 학습한 네트워크와도 비교합니다.',
    triplet:
      'anchor, positive, negative가 놓인 평면. 점은 끌거나 방향키로 옮길 수 있고, hard, semi‑hard, easy 영역과 점마다 gradient가 보입니다.',
    lineup: 'anchor 하나와 positive 하나, negative 일곱 개의 막대. softmax 비율과 당기고 미는 힘.',
    axioms:
      '점 또는 histogram 두세 개와 그 거리를 나타낸 막대. 삼각부등식에서는 곧장 가는 길과 y를 거치는 길.',
    which: '질문하는 이미지, metric마다 가장 가까운 다섯 장과 거리, 이미지 100장 중 metric마다 찾은 수.',
    balls: '작은 그림 여섯 개. metric마다 x에서 p만큼 가까운 점들, 또는 칸이 세 개인 histogram들.',
    views: '이미지 한 장의 두 view와 그것을 만든 변형.',
    pairs: 'view의 쌍들과, 당기는 것과 미는 것.',
    help: '라벨이 적을 때와 많을 때 cross-entropy, augmentation, contrastive 학습의 정확도.',
    recorded: '여러 seed로 미리 기록한 정확도와 신뢰구간, 그리고 기록할 때 쓴 명령.',
    wiring: '학습 방식마다 데이터가 네트워크를 지나는 길과 텐서의 크기.',
    compare: '같은 batch로 나란히 학습하는 loss 네 가지. 이미지 지도 또는 점수 그래프.',
    forces: '평면 위의 데이터와, loss가 당기고 미는 방향의 화살표.',
    code: '고른 loss의 PyTorch 코드.',
    collapse: '조건에 따라 collapse가 일어나는 네트워크, step에 따른 퍼짐 정도, 방향별 분산, 되살리는 방법.',
    miner:
      'batch에서 뽑은 anchor 하나와, anchor까지의 거리에 따라 놓은 positive와 negative들. semi‑hard 영역이 보이고 miner가 고른 것에 테두리가 있습니다. 아래는 batch마다 hard, semi‑hard, easy triplet의 비율을 나타낸 띠입니다.',
    gate: '등록된 얼굴과 방문자, 같은 사람 쌍과 다른 사람 쌍의 거리 histogram, 임계값, 그 임계값에서의 두 가지 오류.',
    products: '한 그림체의 이모지와, 다른 그림체에서 가장 가까운 이모지들. raw pixel 기준과 embedding 기준.',
    voices:
      '이름을 붙인 음성 클립들의 spectrogram과, 질문하는 클립 하나, 그 답(이름 또는 모름), 가장 가까운 클립들과 임계값.',
    describe:
      '설명이 없는 이모지 이미지를 말로 찾은 결과. two towers로 찾은 것과 비슷하게 생긴 이미지의 단어로 찾은 것, 각각 제 이미지를 찾는 비율.',
    recommend:
      '방문자가 고른 패키지와, two towers, item-kNN, 인기순이 각각 추천하는 목록. 새 사용자가 가진 것을 각각 얼마나 찾는지, 단어로만 아는 새 상품을 몇 위에 놓는지.',
    needs:
      '네 가지 활용의 표. 무엇이 질문하고, 무엇이 추가되고 삭제되며, 무엇을 넘어야 하고, 이 페이지에는 무엇이 있는지.',
    map: '네트워크가 자리를 정한 숫자 이미지들과, 고른 이미지에서 가장 가까운 이미지로 이어지는 선.',
    matrix: 'batch 하나의 모든 거리를 클래스 순서로 놓은 표. 대각선의 블록이 점점 가까워집니다.',
    confusion:
      '숫자 이미지로 만든 표. 어느 클래스의 가장 가까운 이미지가 어느 클래스인지, 숫자마다 무엇을 찾았는지 보여 줍니다.',
    river: 'batch마다 hard, semi‑hard, easy triplet의 비율을 step에 따라 강물처럼 그린 도표.',
    gallery: '이름을 붙여 등록한 이미지들, 질문 하나, 그 답(이름 또는 모름).',
  },
};
