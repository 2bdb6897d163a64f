import { choicesChapter } from './choices';
import { helpsChapter } from './helps';
import { metricsChapter } from './metrics';
import { usesChapter } from './uses';

export const lesson = {
  title: '움직이는 그림으로 보는 metric learning',
  lead: '글을 읽어 내려가면 그림이 함께 바뀌고, 그림은 언제든 직접 만져 볼 수 있습니다. 수치는 지금 여러분의 컴퓨터에서 계산하며, 미리 기록한 수치는 그렇다고 밝힙니다.',
  contents: '차례',
  objective: '이 장에서 볼 것:',
  wrong: '이럴 땐 실패합니다',
  ask: '넘어가기 전에',
  openLab: '실험실에서 열기',
  right: '맞습니다.',
  notRight: '다시 생각해 보세요.',
  present: '발표하기',
  next: '다음',
  back: '이전',
  leave: '발표 마치기',
  slide: '{at} / {count}',
  subtitle: '여덟 개의 짧은 장. 그림은 지금 이 자리에서 계산하며, 미리 기록한 것은 그렇다고 밝힙니다.',
  waiting: '네트워크를 학습하는 중입니다: step {step} / {until}',
  why: {
    title: 'Metric learning은 왜 필요할까?',
    objective: '구별할 대상이 달라지면 이름을 배우는 것만으로는 왜 부족한지.',
    service: {
      text: '데이터를 다 모아 학습하고 서비스를 열었습니다. 그런데 구별해야 할 대상이 달라집니다. 출입문에는 신입 사원이, 전화기에는 새로운 목소리가, 상점에는 신상품이, 추천 목록에는 새 영화가 나타납니다. 그림에서는 한글 글자가 그 대상입니다.',
    },
    maps: {
      text: '똑같은 네트워크 두 개가 한글 300글자를 배웁니다. 하나는 각 이미지의 [b:이름]을 배우고, 다른 하나는 [b:비교]를 배웁니다. 같은 글자는 가깝게, 다른 글자는 멀게 놓는 것입니다. step은 지금까지 학습한 횟수입니다.',
    },
    arrive: {
      text: '이제 본 적 없는 글자가 들어옵니다. 그중 세 글자를 [unknown:보라색]으로 그렸고, 동그라미 안의 글자가 질문합니다. 분류기는 아는 이름 중 하나로 답할 수밖에 없습니다. 비교에는 이름이 필요 없습니다. 이미지 한 장을 등록하고 가까운 것을 찾으면 됩니다.',
    },
    count: {
      text: '세어 봅시다. 새 글자 100개를 한 장씩만 등록하고, 나머지 아홉 장으로 전체 400글자 가운데 어떤 글자인지 묻습니다. 등록하는 글꼴을 돌아가며 바꾸므로 질문은 모두 9,000개입니다.',
    },
    instance: {
      text: '그래서 카테고리가 아니라 하나의 [instance:인스턴스(instance)]를 묻는 문제라면 metric learning을 고려합니다. 이 강의를 듣는 사람은 누구일까? 이 강의와 잘 어울리는 다른 강의는 무엇일까? 이런 질문은 검색입니다. 이미지를 하나 골라 보세요. 분류기는 아는 카테고리 중 하나로 답하고, 검색은 바로 그 인스턴스를 찾아 주며 잘 어울리는 다른 인스턴스도 보여 줍니다.',
    },
    change: {
      text: '인스턴스가 자주 [b:추가, 변경, 삭제]될 때도 마찬가지입니다. 추가는 벡터 하나를 저장하는 일이고 삭제는 지우는 일입니다. 다시 학습하지 않습니다.',
    },
    needs: {
      text: '이런 서비스가 네 가지 있습니다. 저마다 질문하는 것이 있고, 비교할 대상은 추가되고 삭제됩니다. 학습하지 않는 간단한 방법도 있으니 그보다 나아야 합니다. 네 가지 모두 8장에서 해 봅니다.',
    },
    question: {
      ask: '얼굴 인식 출입문이 있습니다. 사람의 이름을 맞히는 네트워크와 두 사진을 비교하는 네트워크 중 하나를 쓸 수 있습니다. 신입 사원이 들어오면 무엇을 다시 학습해야 할까요?',
      a: '둘 다',
      b: '이름을 맞히는 네트워크만',
      c: '둘 다 아님',
      because:
        '이름을 맞히려면 출력을 늘려 다시 학습해야 합니다. 비교하는 네트워크는 그대로 두고 사진 한 장만 등록하면 됩니다.',
    },
    wrong: {
      text: '학습한 클래스가 적으면 이런 일이 일어나지 않습니다. 숫자 7종만 본 네트워크는 그 7종을 나누는 특징만 남깁니다. 새 숫자 3종에서 분류기 특징 대비 정확도 이득은 0.07 ± 0.19로, 차이가 없었습니다.',
    },
  },
  embedding: {
    title: 'Embedding',
    objective: '이미지가 어떻게 숫자 목록이 되고, 그 숫자를 어디에 쓰는지.',
    layers: {
      text: '32 × 32 픽셀 이미지가 층 네 개(화살표마다 하나)를 지나 64개의 숫자가 됩니다. 이 벡터가 이미지의 [embedding:embedding]입니다. 화살표 다음에는 그 층의 [activation:activation]을 지금 계산해 보여 주며, 학습이 진행되면 함께 바뀝니다. 아래 띠가 64개의 숫자입니다.',
    },
    narrow: {
      text: '모든 층의 출력은 이미지의 [representation:표현(representation)]입니다. embedding은 그중 좁은 의미로, 서로 거리를 비교하기 위해 학습한 표현입니다.',
    },
    alike: {
      text: '한 글자를 쓴 이미지 열 장과 다른 글자 열 장을 차례로 놓았습니다. 픽셀은 서로 다른데 같은 글자끼리는 띠의 무늬가 반복됩니다.',
    },
    sphere: {
      text: '벡터의 길이를 1로 맞추면 2차원 벡터는 원 위의 점이 되고 3차원 벡터는 [b:구] 위의 점이 됩니다. 여기서는 네트워크 넷이 같은 손글씨를 저마다 2, 3, 16, 64차원 벡터로 나타내도록 학습합니다. 구를 돌려 보면 원에는 없던 자리가 보입니다. 차원이 더 높으면 그릴 수는 없어도 셀 수는 있습니다. 표에서 차원마다 얼마나 찾고 몇 바이트가 드는지 보세요.',
    },
    cut: {
      text: '숫자는 몇 개나 필요할까요? 벡터를 자르면서 가장 가까운 이미지가 어떻게 바뀌는지 보세요. 짧은 벡터는 저장이 싸고 검색이 빠르지만, 새 글자들이 서로 비슷해집니다. [b:Matryoshka] loss는 잘라 쓰려고 만든 loss로, 앞쪽 32개, 16개, 8개만으로도 embedding이 되도록 학습합니다. 같은 네트워크를 이 loss로 학습해 비교해 보세요.',
    },
    question: {
      ask: '네트워크가 이미지를 숫자 목록으로 바꿉니다. 두 이미지의 픽셀은 대부분 다른데 숫자 목록은 거의 같습니다. 무슨 뜻일까요?',
      a: '네트워크가 틀렸다',
      b: '네트워크가 둘을 비슷하다고 본다',
      c: '두 이미지가 똑같다',
      because:
        '이 숫자 목록, 곧 embedding에는 비교에 필요한 것만 남습니다. 글꼴은 필요하지 않았으므로 거의 사라집니다.',
    },
    wrong: {
      text: '2차원 지도는 64차원의 그림자입니다. 가까워 보여도 실제로는 멀 수 있습니다. 지도보다 이웃과 점수를 믿으세요.',
    },
  },
  deep: {
    title: 'Deep metric learning',
    objective: '네트워크, metric, loss가 어떻게 함께 공간을 만드는지.',
    triplet: {
      text: 'embedding은 공간의 점 하나입니다. 세 개를 봅시다. [anchor:anchor], 같은 클래스의 [positive:positive], 다른 클래스의 [negative:negative]입니다. triplet loss는 negative가 positive보다 [margin:margin] m만큼 더 멀기를 요구합니다. 점을 끌어 보세요.',
    },
    zones: {
      text: 'negative의 위치에 따라 달라집니다. positive보다 가까우면 [hard:hard], 더 멀지만 margin 안쪽이면 [semihard:semi‑hard], 그 바깥이면 [easy:easy]로 loss가 0입니다.',
    },
    move: {
      text: '화살표는 loss를 가장 빨리 줄이는 방향(−[gradient:gradient])이며 실제 비율로 그렸습니다. 학습은 이 방향으로 점을 옮깁니다. 버튼을 눌러 더 움직이지 않을 때까지 보세요.',
    },
    parts: {
      text: '정리하면 deep metric learning의 요소는 세 가지입니다. [b:네트워크]는 데이터를 점으로 바꾸고, [metric:metric]은 두 점의 거리를 정하고, [loss:loss]는 어떤 거리가 너무 멀고 가까운지 알려 줍니다.',
    },
    miner: {
      text: '이제 세 요소가 이 그림 안에서 함께 학습합니다. [b:miner]는 batch를 훑어 배울 것이 있는 triplet을 골라냅니다. 마지막 batch의 [anchor:anchor] 하나를 놓고, 위에는 [positive:positive], 아래에는 [negative:negative]를 거리에 따라 늘어놓았습니다. miner가 고른 것에는 테두리가 있습니다. miner나 anchor를 바꿔 보세요. 아래 띠는 batch마다 전체 triplet을 센 것입니다. hard, semi‑hard, easy의 비율이 어떻게 달라지나요?',
    },
    metric: {
      text: 'metric이 바뀌면 공간도 바뀝니다. Manhattan 거리에서는 영역에 모서리가 생기고, cosine에서는 방향만 중요해서 영역이 부채꼴이 됩니다.',
    },
    lineup: {
      text: '요즘 loss는 여럿을 한꺼번에 봅니다. [infonce:InfoNCE]는 anchor와의 유사도에 [softmax:softmax]를 취하고, [positive:positive]의 비율이 1에 가까울수록 loss가 작아집니다. [temperature:온도] τ를 바꿔 보세요. 낮으면 가장 비슷한 [negative:negative]만 밀고, 높으면 모두 고르게 밉니다.',
    },
    collapse: {
      text: '학습이 공간을 망칠 수도 있습니다. [b:collapse]가 일어나면 모든 이미지가 한 점에 모여 거리로는 아무것도 구별할 수 없습니다. ‘무너뜨리기’를 누르면 당기기만 하는 loss로 학습하고, ‘되살리기’를 누르면 [negative:negative]의 margin을 되돌려 줍니다. step마다 퍼진 정도를 측정해 결과를 알려 줍니다. 무너지는 조건은 세 가지가 더 있고, 저마다 되살리는 방법이 다릅니다.',
    },
    question: {
      ask: '[anchor:anchor]를 같은 클래스의 [positive:positive] 쪽으로 당기고 다른 클래스의 [negative:negative]에서 밀어냅니다. 그런데 negative가 이미 충분히 멀다면, 이 triplet은 무엇을 가르칠까요?',
      a: 'negative를 더 멀리 민다',
      b: 'positive를 더 가까이 당긴다',
      c: '아무것도 가르치지 않는다',
      because:
        'loss가 0이면 gradient도 0입니다. 그래서 학습할 때 hard, semi‑hard triplet을 골라냅니다([mining:mining]).',
    },
    wrong: {
      text: 'Collapse: 모든 점이 한곳에 모이면 두 거리가 모두 0이 되고 loss는 m에서 멈춥니다. 빠져나갈 방향이 없습니다. 위의 triplet 그림에서 ‘한곳에 모으기’를 누르고 gradient를 따라가 보세요.',
    },
    formula: 'L = max(0, d(a, p) − d(a, n) + m)',
    formulaNote: 'd는 두 점의 거리, a, p, n은 anchor, positive, negative, m은 margin입니다.',
  },
  helps: helpsChapter,
  choices: choicesChapter,
  axioms: {
    title: 'Metric이란?',
    objective: '세 가지 조건과, 자주 쓰는 거리 함수가 그 조건을 지키는지.',
    similar: {
      text: '두 데이터가 얼마나 비슷한지 수치로 나타낼 때 거리 함수를 씁니다. [metric:metric function] d는 모든 쌍에 0 이상의 값을 주고 다음 세 조건을 만족합니다.',
    },
    identity: {
      text: '[b:1. 구분 불가능한 점의 동일성] d(x, y) = 0이면 x = y이고, 그 역도 성립합니다. y를 x로 옮겨 보고, 이 조건을 어기는 거리 함수도 골라 보세요.',
    },
    symmetry: {
      text: '[b:2. 대칭성] d(x, y) = d(y, x). 가는 길과 오는 길의 길이가 같습니다. x와 y의 자리를 바꿔 보고, 이 조건을 어기는 거리 함수도 골라 보세요.',
    },
    triangle: {
      text: '[b:3.] [triangle:삼각부등식] d(x, y) + d(y, z) ≥ d(x, z). 돌아가는 길이 더 짧을 수는 없습니다. y를 끌어 보세요. 곧장 가는 막대가 쌓아 놓은 두 막대보다 튀어나오면 안 됩니다. 조건을 어기는 거리 함수에서는 튀어나옵니다.',
    },
    already: {
      text: '우리는 이미 metric을 쓰고 있었습니다. Euclidean 거리가 그렇습니다. [cosine:cosine similarity]도 늘 쓰지만 1 − cos은 metric이 [b:아닙니다]. 점들을 최악의 경우로 옮겨 보고, 고쳐 봅시다. 각도는 방향에 대한 metric입니다. [b:histogram]도 마찬가지입니다. Jensen–Shannon divergence를 골라 막대를 끌어 보세요. 그 제곱근은 metric입니다.',
    },
    question: {
      ask: 'metric은 같은 점일 때만 0이고, 대칭이며, 돌아가는 길보다 길지 않아야 합니다. 직선거리를 제곱하면 이 중 무엇을 어길까요?',
      a: '대칭성',
      b: '돌아가는 길이 더 짧지 않다는 조건',
      c: '모두 지킨다',
      because: '수직선에서 0부터 2까지는 4인데, 1을 거치면 1 + 1 = 2입니다. 돌아가는 길이 더 짧습니다.',
    },
    wrong: {
      text: '검색 트리 같은 빠른 검색은 삼각부등식에 기댑니다. 1 − cos으로는 진짜 이웃을 놓칠 수 있습니다. 단위 벡터에서는 Euclidean 거리가 같은 순서를 주면서 세 조건을 모두 지킵니다.',
    },
  },
  metrics: metricsChapter,
  uses: usesChapter,
};
