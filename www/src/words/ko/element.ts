export const unreachable =
  '그림의 스크립트를 받지 못했습니다. 파일이 없거나 연결이 끊겼습니다. 연결을 확인하고 페이지를 새로 고치세요.';
export const blocked =
  '이 페이지의 보안 정책이 그림을 막고 있습니다. 페이지 운영자가 trusted-types metriclab을 허용해야 합니다.';
