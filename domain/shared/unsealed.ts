/**
 * Stands in a run for a payload that our codec has not sealed: somebody with access to Temporal wrote it there in clear. What
 * is in it is never seen.
 */
export const UNSEALED = { gonets: 'unsealed' } as const

export function isUnsealed(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'gonets' in value &&
    value.gonets === UNSEALED.gonets
  )
}
