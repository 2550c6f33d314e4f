import { PrismaPg } from '@prisma/adapter-pg'
import { AppError } from '../../domain/shared/app-error.ts'
import { type Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import { isConnectionFailure, isLostRace } from './database-failure.ts'
import { createStatementNames } from './statement-names.ts'

/** Statements, inside a transaction or not. */
export type Queries = Prisma.TransactionClient

export interface Database {
  /** Errors: AppError `storage-unavailable` (transient). */
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  /**
   * All of it or nothing. After a lost race (deadlock, another process inserted the same key) `work` runs again from
   * the start and sees the winner, so it must have no effect outside the transaction. Errors: as `read`.
   */
  write<T>(work: (transaction: Queries) => Promise<T>): Promise<T>
  /** The same for work that writes with one statement, which is a transaction by itself: two round trips fewer. */
  writeOne<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const RACES = 8
/** How long a free or new connection is waited for, milliseconds; the driver would wait for ever. */
const CONNECTION_WAIT_MS = 10_000
const TRANSACTION = { maxWait: CONNECTION_WAIT_MS, timeout: 30_000 }

export function createDatabase(options: {
  readonly connectionString: string
  readonly poolSize: number
}): Database {
  const pool = {
    connectionString: options.connectionString,
    max: options.poolSize,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
  }
  const client = new PrismaClient({
    // An idle connection that breaks is replaced at the next question, which reports its own failure.
    adapter: new PrismaPg(pool, {
      onPoolError: () => {},
      onConnectionError: () => {},
      statementNameGenerator: createStatementNames(),
    }),
  })
  return {
    read: (work) => translated(() => work(client)),
    write: (work) => translated(() => racing(() => client.$transaction(work, TRANSACTION))),
    writeOne: (work) => translated(() => racing(() => work(client))),
    close: () => client.$disconnect(),
  }
}

async function racing<T>(work: () => Promise<T>): Promise<T> {
  for (let race = 1; ; race++) {
    try {
      return await work()
    } catch (error) {
      if (race === RACES || !isLostRace(error)) throw error
    }
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    // The driver's message names host and user, a statement could quote a value: neither is passed on.
    if (isConnectionFailure(cause)) throw new AppError('storage-unavailable', 'transient')
    throw cause
  }
}
