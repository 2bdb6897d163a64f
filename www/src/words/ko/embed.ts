export const embed = {
  unknown: '그런 이름의 그림이 없습니다. 쓸 수 있는 이름: {names}',
  wake: '그림 다시 보기',
};
