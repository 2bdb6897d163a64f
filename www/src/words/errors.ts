import type { ErrorCode, MetricLabError } from 'metriclab';
import { WORDS, type Language } from '.';

/** What each of the package's error codes means to a person, and what to do. A missing one does not compile. */
type ErrorTexts = Readonly<Record<ErrorCode, string>>;

const en: ErrorTexts = {
  'argument.invalid': 'The page asked the engine in a way that it does not understand. Reload the page.',
  'config.invalid': 'These settings do not go together. The settings before them are back in place.',
  'data.invalid': 'The data file is damaged or of another kind. Reload the page, or choose another data set.',
  'data.too_large': 'The data set is too large for this page. Choose a smaller one.',
  'data.missing': 'No data set is loaded yet. Choose one on the left.',
  'data.one_class':
    'The data set has a single class; learning distances needs at least two. Choose another data set.',
  'data.insufficient':
    'There are too few samples, or too few classes among them, for this measure. Choose another data set, or hold out other classes.',
  'data.not_finite': 'The data holds values that are not numbers. Choose another data set.',
  'data.unreachable':
    'The data file could not be fetched: it is missing, or the connection is down. Check the connection and try again, or choose another data set.',
  'rows.not_histogram':
    'This distance compares histograms: numbers of 0 or more that sum to 1. Choose another distance or other points.',
  'session.none': 'There is no training session yet. Wait until the data set is ready, then press Train.',
  'session.state_invalid':
    'The saved run does not fit this version or this data set, so it cannot be brought back.',
  'batch.too_small':
    'The batch is too small to compare anything. Raise the classes or the pictures of a class in a batch.',
  'batch.no_positive':
    'No two pictures of the batch share a class. Raise the pictures of a class in a batch to 2 or more.',
  'index.out_of_range':
    'The link or the page asked for a picture that this data set does not have. Choose another point.',
  'k.out_of_range': 'More neighbours were asked for than there are pictures. Lower the number.',
  'distance.out_of_range':
    'Two rows are farther apart, or closer, than a 32-bit number can say. Scale the numbers, or choose another distance.',
  'shape.mismatch':
    'The picture’s size is not the one the network was made for. Reset, or choose another data set.',
  'gallery.no_entry': 'This entry is no longer in the gallery. Look again: somebody may have deleted it.',
  'gallery.no_class': 'The gallery has no class of this name.',
  'gallery.taken': 'This name is taken already. Choose another one.',
  'gallery.invalid': 'The gallery file is damaged or of another kind. Choose another file.',
  'gallery.closed': 'The gallery was closed. Open it again.',
  'towers.closed': 'The two towers were closed. Open them again.',
  'storage.unavailable':
    'This browser does not let the page store anything (a private window, perhaps). The gallery works, and is gone with the page: save it to a file.',
  'storage.busy': 'The gallery is open in another tab. Close it there first.',
  'storage.full':
    'The browser gives this page no more room. Delete something, or save the gallery to a file.',
  'geometry.loss_unsupported':
    'This loss cannot be drawn with three points. Choose contrastive, triplet or margin.',
  'device.no_webgpu':
    'This browser offers no WebGPU, so the work is done on the processor (CPU). A newer Chrome, Edge, Safari or Firefox may offer it.',
  'device.no_adapter': 'WebGPU found no graphics card to use, so the work is done on the processor (CPU).',
  'device.refused':
    'The graphics card refused the work, so it is done on the processor (CPU). Updating the driver may help.',
  'device.lost': 'The connection to the graphics card was lost.',
  'device.out_of_memory': 'The graphics card ran out of memory. Use a smaller batch or the processor (CPU).',
  'device.error':
    'The graphics card reported an error, so its results cannot be trusted. The work continues elsewhere where possible.',
  'worker.crashed': 'The engine stopped unexpectedly.',
  'worker.blocked':
    'The browser does not let this page start a Worker. Open the page over http(s), or allow Workers for it.',
  'wasm.unavailable':
    'The engine could not be loaded. Check the connection, reload the page, and make sure that WebAssembly is allowed.',
  'browser.required': 'This page needs a browser with Workers. Open it in a current one.',
  'call.aborted': 'The calculation was stopped.',
  'lab.disposed': 'The laboratory was closed. Reload the page.',
  'engine.unexpected': 'Something went wrong that should not. Try again; if it stays, reload the page.',
};

const ko: ErrorTexts = {
  'argument.invalid': '페이지가 엔진에 잘못된 요청을 보냈습니다. 페이지를 새로 고치세요.',
  'config.invalid': '이 설정들은 함께 쓸 수 없어 직전 설정으로 되돌렸습니다.',
  'data.invalid':
    '데이터 파일이 손상되었거나 다른 종류의 파일입니다. 페이지를 새로 고치거나 다른 데이터를 고르세요.',
  'data.too_large': '이 페이지에서 다루기에는 데이터가 너무 큽니다. 더 작은 데이터를 고르세요.',
  'data.missing': '아직 불러온 데이터가 없습니다. 왼쪽에서 하나를 고르세요.',
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
  'call.aborted': '계산을 중단했습니다.',
  'lab.disposed': '실험실이 닫혔습니다. 페이지를 새로 고치세요.',
  'engine.unexpected': '예상하지 못한 문제가 생겼습니다. 다시 시도하고, 계속되면 페이지를 새로 고치세요.',
};

export const ERRORS: Readonly<Record<Language, ErrorTexts>> = { en, ko };

/** The cause of the error of an element whose page names no copy of the site. */
export const NO_SITE = 'no site';

/** The element's figures may hold two copies of the class. */
export const isCoded = (error: unknown): error is MetricLabError =>
  error instanceof Error && error.name === 'MetricLabError';

/** What went wrong, in the language of the sentence around it. Only errors of the package are known in both. */
export function errorText(error: unknown, language: Language): string {
  if (!isCoded(error)) return error instanceof Error ? error.message : String(error);
  return error.cause === NO_SITE ? WORDS[language].page.noSite : ERRORS[language][error.code];
}
