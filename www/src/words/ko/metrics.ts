export const metricsChapter = {
  title: '어떤 metric을 쓸까?',
  objective: '같은 질문에 대한 다섯 metric의 답과, metric마다 잘 맞는 경우.',
  which: {
    text: '이미지 한 장이 “나는 어떤 글자일까?” 하고 묻습니다. 후보 400글자는 다른 글꼴로 쓴 것입니다. Euclidean과 cosine은 픽셀을 점으로 보고, KL divergence, Wasserstein, energy distance는 [histogram:histogram]으로 봅니다. raw pixel로는 어느 metric도 잘하지 못합니다. 그래서 embedding을 학습합니다.',
  },
  balls: {
    text: 'metric은 한 점의 주변이 어디까지인지 정합니다. 색칠한 부분은 x에서 p만큼 가까운 곳입니다. 원, 마름모, 부채꼴이 나옵니다. 칸이 세 개인 histogram은 삼각형을 이룹니다. [kl:KL]은 칸마다 비율을 따지고, [wasserstein:Wasserstein]은 2번 칸이 1번과 3번 사이에 있다는 것을 압니다. x와 p를 끌어 보세요.',
  },
  faint: {
    text: '이번에는 질문하는 이미지의 잉크가 1/5뿐입니다. 점이 원점에 가까워져서 Euclidean 거리로는 획이 적은 글자일수록 가까워 보입니다. [cosine:Cosine]은 방향만 보고 histogram은 합으로 나누므로 달라진 것이 없습니다.',
  },
  amount: {
    text: '하지만 양이 중요할 때도 있습니다. 글자마다 진한 것과 흐린 것을 함께 놓고 흐린 쪽을 정답으로 합니다. cosine과 histogram에서는 둘 다 거리가 0이라 동전 던지기가 됩니다. [euclidean:Euclidean] 거리는 구별합니다.',
  },
  moved: {
    text: '이미지를 오른쪽으로 3픽셀 옮겼습니다. 픽셀끼리 비교하면 거의 다 달라졌습니다. [wasserstein:Wasserstein]과 [energy:energy distance]는 잉크를 얼마나 옮겨야 하는지를 봅니다. 멀지 않습니다.',
  },
  hidden: {
    text: '아래 절반을 가렸습니다. [kl:KL divergence]는 질문에 잉크가 있는 곳마다 후보에도 잉크가 있는지를 봅니다. 후보에만 더 있는 잉크는 큰 문제가 아니어서 반쪽으로도 온전한 글자를 찾습니다. 대칭이 아닌 점이 여기서는 도움이 됩니다.',
  },
  question: {
    ask: 'histogram 세 개가 있습니다. x는 모두 1번 칸에, y는 모두 2번 칸에, z는 모두 9번 칸에 있습니다. 같은 번호의 칸끼리만 비교하면 x에 더 가까운 것은?',
    a: 'y',
    b: 'z',
    c: '둘 다 똑같이 멀다',
    because:
      'KL divergence는 같은 칸끼리만 비교하는데, 둘 다 x와 겹치는 칸이 없습니다. Wasserstein으로는 한 칸과 여덟 칸입니다.',
  },
  wrong: {
    text: '어떤 변화에 잘 맞는 metric이 다른 변화에는 맞지 않습니다. 그림에서 ‘구석에 얼룩’을 골라 보세요. 먼 곳의 작은 얼룩도 멀리 옮겨야 하므로, 이동에 강하던 Wasserstein이 무너집니다. 내 데이터에서 무엇이 달라지는지를 보고, 세어서 정하세요.',
  },
  formula: 'W(x, y) = h Σ |F − G|',
  formulaNote:
    'F와 G는 각 칸까지 x와 y를 더한 누적 비율이고 h는 칸의 너비입니다. W는 옮겨야 할 양에 거리를 곱한 값입니다.',
};
