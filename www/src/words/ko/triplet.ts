import type { triplet as en } from '../en/triplet';

/** The triplet view. */
export const triplet: Readonly<Record<keyof typeof en, string>> = {
  'triplet.label': 'anchor, positive, negative가 놓인 평면. 끌거나 방향키로 움직입니다.',
  'triplet.help':
    'A, P, N을 끌어 보세요. Tab으로 선택해 방향키로 옮길 수도 있습니다(Shift를 누르면 더 크게). 화살표는 autodiff로 구한 −gradient 방향, 곧 한 step 학습할 때 각 점이 움직이는 방향입니다. ‘1 step’을 누르면 점이 화살표를 따라 움직입니다.',
  'triplet.take': '지금 batch에서 가져오기',
  'triplet.step': '1 step',
  'triplet.reset': '초기화',
  'triplet.rate': 'step 크기',
  'triplet.handle': '{name}: {x}, {y}. 방향키로 움직입니다.',
  'triplet.point': '움직일 수 있는 점',
  'triplet.said': '{name} 위치 {x}, {y}. {d}(a, p) = {ap}, {d}(a, n) = {an}. {zone}.',
  'triplet.loss': 'loss',
  'triplet.pulls': 'loss가 남아 있어 점이 밀리고 당겨집니다.',
  'triplet.rests': 'gradient가 0이라 더 움직이지 않습니다.',
  'triplet.none':
    '이 batch에는 triplet이 없습니다. 같은 클래스의 이미지 두 장과 다른 클래스의 이미지 한 장이 필요합니다.',
  'triplet.taken': 'step {step}에서 miner가 고른 triplet입니다.',
  'triplet.takenAny': 'step {step}에서 miner가 고른 triplet이 없어 batch에서 아무 triplet이나 가져왔습니다.',
  'triplet.pickedMined':
    '선택한 샘플이 anchor입니다. step {step}에서 miner가 고른 이 anchor의 triplet 중 가장 hard한 것입니다.',
  'triplet.pickedNear':
    '선택한 샘플이 anchor입니다. positive와 negative는 step {step}에 지도에 있는 샘플 중 가장 가까운 같은 클래스 샘플과 다른 클래스 샘플입니다.',
  'triplet.alone':
    '선택한 샘플은 anchor가 될 수 없습니다. 지도에 같은 클래스의 다른 샘플이 없거나 다른 클래스의 샘플이 없습니다.',
  'triplet.exact': '세 점은 언제나 한 평면에 놓이므로 세 거리가 모두 정확합니다.',
  'triplet.inexact': '이 세 값을 한 평면에서 동시에 만족할 수 없어 d(p,n)은 가장 비슷하게 그렸습니다.',
  'triplet.chord': '이 실험은 유사도로 비교합니다. 여기서는 단위 벡터의 끝점 사이 직선거리로 그렸습니다.',
  'triplet.moved': '점을 옮겼으므로 더 이상 이 이미지들의 실제 위치가 아닙니다.',
  'corner.0': 'anchor',
  'corner.1': 'positive',
  'corner.2': 'negative',
  'zone.easy': 'easy',
  'zone.semihard': 'semi‑hard',
  'zone.hard': 'hard',
  'zone.easyMeans': 'negative가 positive보다 margin 이상 멀어 loss가 0입니다.',
  'zone.semihardMeans': 'negative가 positive보다 멀지만 그 차이가 margin보다 작습니다.',
  'zone.hardMeans': 'negative가 positive보다 anchor에 가깝습니다.',
};
