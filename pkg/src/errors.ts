import { ENGINE_ERROR_CODES } from './generated/error-codes.js';
import { reasonOf, shortened } from './show.js';

/** Every code that metriclab gives an error. A code never changes once published: translate by it, test for it. */
export const ERROR_CODES = [
  ...ENGINE_ERROR_CODES,
  'argument.invalid',
  'data.unreachable',
  'gallery.closed',
  'towers.closed',
  'storage.unavailable',
  'storage.busy',
  'storage.full',
  'device.error',
  'worker.crashed',
  'worker.blocked',
  'wasm.unavailable',
  'browser.required',
  'element.unreachable',
  'element.blocked',
  'call.aborted',
  'lab.disposed',
  'engine.unexpected',
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** How an error travels between the page and the Worker. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
}

const LONGEST_MESSAGE = 700;

/**
 * Every failing call of this package rejects with (or throws) a `MetricLabError`: `code` for programs, `message`
 * (English) for people. An exception of a callback of yours is the one exception: it comes back as itself.
 *
 * @example
 * ```ts
 * try {
 *   await lab.advance(10);
 * } catch (error) {
 *   if (error instanceof MetricLabError && error.code === 'session.none') await lab.configure(config);
 *   else throw error;
 * }
 * ```
 */
export class MetricLabError extends Error {
  override readonly name = 'MetricLabError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    // It may repeat a text of the caller.
    super(shortened(message, LONGEST_MESSAGE), options);
    this.code = code;
  }
}

const KNOWN: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** Whether a value is one of {@link ERROR_CODES}. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return KNOWN.has(code);
}

function codeOf(thrown: unknown): ErrorCode | null {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  return isErrorCode(code) ? code : null;
}

/** Any exception as a `MetricLabError`; one without a code of ours gets `otherwise`. */
export function toMetricLabError(
  thrown: unknown,
  otherwise: ErrorCode = 'engine.unexpected',
): MetricLabError {
  if (thrown instanceof MetricLabError) return thrown;
  return new MetricLabError(codeOf(thrown) ?? otherwise, reasonOf(thrown), { cause: thrown });
}

/** Waits until the engine has freed something: the end of the lab has freed it, too. */
export async function freed(freeing: Promise<unknown>): Promise<void> {
  try {
    await freeing;
  } catch (thrown) {
    if (codeOf(thrown) !== 'lab.disposed') throw thrown;
  }
}

/** An argument of the wrong type, or an option that does not exist. */
export function badArgument(message: string, cause?: unknown): MetricLabError {
  return new MetricLabError('argument.invalid', message, { cause });
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

/** Advice for a module that did not compile. It blames a policy only if the browser does. */
export function policyAdvice(reason: string): string {
  return /content security policy|\bcsp\b|unsafe-eval/i.test(reason)
    ? "The content security policy needs 'wasm-unsafe-eval' in script-src."
    : "Is the file that is served the package's own?";
}
