/** Every code that metriclab gives an error. A code never changes once published: translate by it, test for it. */
export const ERROR_CODES = [
  'config.invalid',
  'data.invalid',
  'data.too_large',
  'data.missing',
  'data.one_class',
  'data.not_finite',
  'data.unreachable',
  'session.none',
  'session.state_invalid',
  'batch.too_small',
  'batch.no_positive',
  'index.out_of_range',
  'k.out_of_range',
  'shape.mismatch',
  'geometry.loss_unsupported',
  'device.no_webgpu',
  'device.no_adapter',
  'device.refused',
  'device.lost',
  'device.out_of_memory',
  'device.error',
  'worker.crashed',
  'worker.blocked',
  'wasm.unavailable',
  'lab.disposed',
  'engine.unexpected',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** How an error travels between the page and the Worker. */
export interface ErrorMessage {
  readonly code: string;
  readonly message: string;
}

/**
 * What every failing call of this package rejects with: `code` for programs, `message` (English) for people.
 * A code is one of {@link ERROR_CODES}; a newer engine may know further ones.
 */
export class MetricLabError extends Error {
  override readonly name = 'MetricLabError';
  readonly code: string;

  constructor(code: ErrorCode | (string & {}), message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

function codeOf(thrown: object): string | null {
  return 'code' in thrown && typeof thrown.code === 'string' && thrown.code.includes('.')
    ? thrown.code
    : null;
}

/** Whatever was thrown, as a `MetricLabError`; what has no code of ours gets `otherwise`. */
export function toMetricLabError(
  thrown: unknown,
  otherwise: ErrorCode = 'engine.unexpected',
): MetricLabError {
  if (thrown instanceof MetricLabError) return thrown;
  if (thrown instanceof Error)
    return new MetricLabError(codeOf(thrown) ?? otherwise, thrown.message, { cause: thrown });
  return new MetricLabError(otherwise, String(thrown));
}

/** Codes after which a device cannot be trusted with anything that it holds. */
const DEVICE_FAULTS: readonly string[] = [
  'device.lost',
  'device.out_of_memory',
  'device.error',
] satisfies ErrorCode[];

export function isDeviceFault(code: string): boolean {
  return DEVICE_FAULTS.includes(code);
}
