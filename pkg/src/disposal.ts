/** The keys by which `using` and `await using` end what they hold. Where a platform lacks them, nothing has these keys. */
export const DISPOSE: typeof Symbol.dispose = keyOf(Symbol.dispose);
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose = keyOf(Symbol.asyncDispose);

function keyOf<S extends symbol>(key: S | undefined): S {
  return key ?? (Symbol() as S);
}
