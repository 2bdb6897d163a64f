import type { ErrorCode } from 'metriclab';
import { blocked, unreachable } from './element';

/** The meaning of each of the package's error codes to a person, and what to do. A missing one does not compile. */
export const errors: Readonly<Record<ErrorCode, string>> = {
  'argument.invalid': '페이지가 엔진에 잘못된 요청을 보냈습니다. 페이지를 새로 고치세요.',
  'config.invalid': '이 설정들은 함께 쓸 수 없어 직전 설정으로 되돌렸습니다.',
  'data.invalid':
    '데이터 파일이 손상되었거나 다른 종류의 파일입니다. 다른 데이터를 고르거나 페이지를 새로 고치세요.',
  'data.too_large': '이 페이지에서 다루기에는 데이터가 너무 큽니다. 더 작은 데이터를 고르세요.',
  'data.missing': '아직 불러온 데이터가 없습니다. 먼저 데이터를 고르세요.',
  'data.one_class':
    '데이터에 클래스가 하나뿐입니다. metric을 학습하려면 둘 이상이 필요합니다. 다른 데이터를 고르세요.',
  'data.insufficient':
    '이 지표를 계산하기에는 샘플이나 클래스가 부족합니다. 다른 데이터를 고르거나 제외할 클래스 수를 바꾸세요.',
  'data.not_finite': '데이터에 숫자가 아닌 값이 있습니다. 다른 데이터를 고르세요.',
  'data.unreachable':
    '데이터 파일을 받지 못했습니다. 파일이 없거나 연결이 끊겼습니다. 연결을 확인하고 다시 시도하거나 다른 데이터를 고르세요.',
  'rows.not_histogram':
    '이 거리는 histogram만 비교합니다. 값이 모두 0 이상이고 합이 1이어야 합니다. 다른 거리나 다른 점을 고르세요.',
  'session.none': '아직 학습 세션이 없습니다. 데이터가 준비될 때까지 기다린 뒤 학습을 누르세요.',
  'session.state_invalid': '보관한 학습이 이 버전이나 이 데이터와 맞지 않아 되돌릴 수 없습니다.',
  'training.diverged':
    '학습이 발산해 loss가 무한히 커졌습니다. learning rate를 낮추고 처음부터, 또는 앞선 step에서 다시 시작하세요.',
  'batch.too_small':
    'batch가 너무 작아 비교할 것이 없습니다. batch의 클래스 수나 클래스당 이미지 수를 늘리세요.',
  'batch.no_positive':
    'batch 안에 같은 클래스의 이미지가 두 장도 없습니다. 클래스당 이미지 수를 2 이상으로 늘리세요.',
  'index.out_of_range': '이 데이터에 없는 이미지를 찾았습니다. 다른 점을 고르세요.',
  'k.out_of_range': '이미지 수보다 많은 이웃을 찾으려 했습니다. 이웃 수를 줄이세요.',
  'distance.out_of_range':
    '두 벡터의 거리가 32비트 실수로 나타낼 수 있는 범위를 벗어났습니다. 값의 크기를 조정하거나 다른 거리를 고르세요.',
  'shape.mismatch': '이미지의 크기가 네트워크의 입력 크기와 다릅니다. 초기화하거나 다른 데이터를 고르세요.',
  'gallery.no_entry': '이 항목은 이미 갤러리에 없습니다. 목록을 다시 확인하세요.',
  'gallery.no_class': '갤러리에 이런 이름의 클래스가 없습니다.',
  'gallery.taken': '이미 쓰고 있는 이름입니다. 다른 이름을 고르세요.',
  'gallery.invalid': '갤러리 파일이 손상되었거나 다른 형식입니다. 다른 파일을 고르세요.',
  'gallery.closed': '갤러리가 닫혔습니다. 다시 여세요.',
  'towers.closed': '두 tower가 닫혔습니다. 다시 여세요.',
  'storage.unavailable':
    '이 브라우저에서는 저장할 수 없습니다(시크릿 창일 수 있습니다). 갤러리는 그대로 쓸 수 있지만 페이지를 닫으면 사라지니 파일로 저장해 두세요.',
  'storage.busy': '갤러리가 다른 탭에서 열려 있습니다. 그 탭을 먼저 닫으세요.',
  'storage.full': '브라우저 저장 공간이 가득 찼습니다. 항목을 지우거나 갤러리를 파일로 저장하세요.',
  'geometry.loss_unsupported':
    '이 loss는 세 점으로 그릴 수 없습니다. contrastive, triplet, margin 중에서 고르세요.',
  'device.no_webgpu':
    '이 브라우저에는 WebGPU가 없어 CPU로 계산합니다. 더 새로운 Chrome, Edge, Safari, Firefox에는 있을 수 있습니다.',
  'device.no_adapter': 'WebGPU가 쓸 수 있는 그래픽 장치를 찾지 못해 CPU로 계산합니다.',
  'device.refused': '그래픽 장치가 작업을 거부하여 CPU로 계산합니다. 드라이버를 갱신하면 나아질 수 있습니다.',
  'device.lost': '그래픽 장치와의 연결이 끊어졌습니다.',
  'device.out_of_memory': '그래픽 장치의 메모리가 부족합니다. batch를 줄이거나 CPU를 쓰세요.',
  'device.error':
    '그래픽 장치가 오류를 알려 와서 그 결과를 믿을 수 없습니다. 가능하면 다른 장치에서 이어 갑니다.',
  'worker.crashed': '계산 엔진이 갑자기 멈췄습니다.',
  'worker.blocked':
    '브라우저가 이 페이지의 Worker를 막고 있습니다. http(s) 주소로 열거나 Worker를 허용하세요.',
  'wasm.unavailable':
    '계산 엔진을 불러오지 못했습니다. 연결을 확인하고 새로 고친 뒤, WebAssembly가 허용되어 있는지 확인하세요.',
  'browser.required': '이 페이지에는 Worker가 있는 브라우저가 필요합니다. 최신 브라우저로 여세요.',
  'element.unreachable': unreachable,
  'element.blocked': blocked,
  'call.aborted': '계산을 중단했습니다.',
  'lab.disposed': '실험실이 닫혔습니다. 페이지를 새로 고치세요.',
  'engine.unexpected': '예상하지 못한 문제가 생겼습니다. 다시 시도하고, 계속되면 페이지를 새로 고치세요.',
};
