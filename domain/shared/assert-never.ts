/** Ends a `switch` over a closed set: the compiler refuses a forgotten case, the run refuses an unknown value. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${String(value)}`)
}
