export const page = {
  title: 'metriclab: metric learning 첫걸음',
  learn: '배우기',
  lab: '실험실',
  use: '쓰기',
  language: '언어',
  menu: '더 보기',
  theme: '화면 색',
  themeSystem: '시스템 설정',
  themeLight: '밝게',
  themeDark: '어둡게',
  reference: 'npm 패키지 API 문서(영어)',
  allLicences: '라이선스 전체 보기',
  licences: '글자 이미지는 SIL Open Font License로 공개된 글꼴 열 가지로 만들었습니다.',
  skip: '그림으로 바로 가기',
  failed: '그림을 시작하지 못했습니다: {message}',
  again: '다시 시도',
  noFigure: '그런 이름의 그림이 없습니다. 쓸 수 있는 이름: {names}',
  noSite:
    '이 그림에는 이미지가 필요합니다. 요소와 함께 \'metriclab/pictures\'를 import하거나, 복사해 둔 metriclab 사이트의 위치를 <metric-lab site="/metriclab/">처럼 적어 주세요.',
  noFile:
    '서버에 데이터 파일이 없습니다. 직접 운영하는 페이지라면 그 위치에 파일을 복사하세요. 패키지의 dist/pictures 폴더와 사이트의 data 폴더에 있습니다. 아니라면 페이지 운영자에게 알려 주세요.',
  wake: '그림 다시 보기',
};
