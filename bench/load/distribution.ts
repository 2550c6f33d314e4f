/** The value that a share `q` of all does not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

const DEFAULT_SHARES = [0.5, 0.95, 0.99] as const

/** Milliseconds at the shares, e.g. `640 / 910 / 1204`. */
export function spread(values: readonly number[], shares: readonly number[] = DEFAULT_SHARES) {
  if (values.length === 0) return '–'
  return shares.map((share) => quantile(values, share).toFixed(0)).join(' / ')
}
