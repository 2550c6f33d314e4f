import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { AppError } from '../../domain/shared/app-error.ts'
import { type Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import { isConnectionFailure, isLostRace, isWriteRefusal } from './database-failure.ts'
import { createStatementNames } from './statement-names.ts'
import { createStatements, type Statements } from './statements.ts'
import { inTransaction, TRANSACTION_MS } from './transaction.ts'

/** Statements and Prisma's models, inside a transaction or not. */
export type Queries = Statements & Omit<Prisma.TransactionClient, keyof Statements>

export interface Database {
  /** Errors: AppError `storage-unavailable` (transient). */
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  /**
   * All of it or nothing. After a lost race (deadlock, another process inserted the same key) `work` runs again from
   * the start and sees the winner, so it must have no effect outside the transaction. Errors: as `read`.
   */
  write<T>(work: (transaction: Queries) => Promise<T>): Promise<T>
  /** The same for work that needs no models: what every result does on its way, at a part of the processor time. */
  transact<T>(work: (transaction: Statements) => Promise<T>): Promise<T>
  /** The same for work that writes with one statement, which is a transaction by itself: two round trips fewer. */
  writeOne<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  /**
   * One short question. Errors: as `read`, also while a write was refused for want of space a moment ago and none has
   * succeeded since: a full disk answers questions, and whoever asks wants to hand in a result.
   */
  ping(): Promise<void>
  close(): Promise<void>
}

const RACES = 8
/** How long a free or new connection is waited for, milliseconds; the driver would wait for ever. */
const CONNECTION_WAIT_MS = 10_000
/** How long an unused connection is kept, milliseconds. The driver's ten seconds had each burst plan every statement anew. */
const IDLE_MS = 300_000
/** After this long somebody may try to write again: whoever looks at `ping` sends nothing that could tell. */
const REFUSAL_COUNTS_MS = 15_000
/**
 * Prisma reads and writes times without a zone: a server of another zone would shift them. What is one statement waits
 * for a lock no longer than a transaction does: a laboratory is told to come again instead of waiting without an end.
 */
const SESSION = `SET TIME ZONE 'UTC'; SET statement_timeout = ${TRANSACTION_MS}`
const TRANSACTION = { maxWait: CONNECTION_WAIT_MS, timeout: TRANSACTION_MS }

export function createDatabase(options: {
  readonly connectionString: string
  readonly poolSize: number
}): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.poolSize,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    idleTimeoutMillis: IDLE_MS,
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it, its types do not say so
    onConnect: (connection) => connection.query(SESSION),
  })
  // An idle connection that breaks is replaced at the next question, which reports its own failure.
  pool.on('error', ignore)
  const nameOf = createStatementNames()
  const client = new PrismaClient({
    adapter: new PrismaPg(pool, { onConnectionError: ignore, statementNameGenerator: nameOf }),
  })
  // Defined, not assigned: the client takes an assignment for its own, and transactions would lose their statements.
  const own = Object.getOwnPropertyDescriptors(createStatements(pool, nameOf))
  const queries: Queries = Object.create(client, own)
  let refusedAt: number | undefined
  async function translated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      // Not the wall clock: a jump of it must neither hide a full disk nor keep one that has room again.
      if (isWriteRefusal(cause)) refusedAt = performance.now()
      // The driver's message names host and user, a statement could quote a value: neither is passed on.
      if (isConnectionFailure(cause)) throw unavailable()
      throw cause
    }
  }
  async function writing<T>(work: () => Promise<T>): Promise<T> {
    const done = await translated(() => repeatLostRaces(work))
    refusedAt = undefined
    return done
  }
  return {
    read: (work) => translated(() => work(queries)),
    write: (work) => writing(() => client.$transaction(work, TRANSACTION)),
    transact: (work) => writing(() => inTransaction(pool, nameOf, work)),
    writeOne: (work) => writing(() => work(queries)),
    async ping() {
      await translated(() => queries.$queryRaw`SELECT 1 AS alive`)
      if (refusedAt !== undefined && performance.now() - refusedAt < REFUSAL_COUNTS_MS)
        throw unavailable()
    },
    async close() {
      await client.$disconnect()
      if (!pool.ended) await pool.end()
    },
  }
}

const ignore = () => {}
const unavailable = () => new AppError('storage-unavailable', 'transient')

async function repeatLostRaces<T>(work: () => Promise<T>): Promise<T> {
  for (let race = 1; ; race++) {
    try {
      return await work()
    } catch (error) {
      if (race === RACES || !isLostRace(error)) throw error
    }
  }
}
