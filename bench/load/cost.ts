import type { Reading } from './meters.ts'

/** What one result took of each process and database, on average. */
export interface Cost {
  readonly cpuMs: Readonly<Record<string, number>>
  /** Of all processes but the one that drives. */
  readonly cpuTotalMs: number
  readonly transactions: Readonly<Record<string, number>>
  readonly stored: Readonly<Record<string, number>>
  readonly wal: number
}

export function costOf(before: Reading, after: Reading, results: number): Cost {
  const each = (field: 'cpuMs' | 'transactions' | 'stored') =>
    Object.fromEntries(
      Object.entries(after[field]).map(([name, value]) => [
        name,
        (value - (before[field][name] ?? 0)) / results,
      ]),
    )
  const cpuMs = each('cpuMs')
  const cpuTotalMs = Object.entries(cpuMs).reduce(
    (sum, [name, ms]) => (name === 'driver' ? sum : sum + ms),
    0,
  )
  return {
    cpuMs,
    cpuTotalMs,
    transactions: each('transactions'),
    stored: each('stored'),
    wal: (after.wal - before.wal) / results,
  }
}
