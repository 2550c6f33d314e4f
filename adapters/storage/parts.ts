import type { Sealer } from '../shared/sealer.ts'
import type { Database } from './database.ts'

/** What every part of the store is made of. */
export interface StoreParts {
  readonly database: Database
  readonly sealer: Sealer
  readonly now: () => Date
}
