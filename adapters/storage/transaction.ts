import type pg from 'pg'
import type { NameOf } from './statement-names.ts'
import { createStatements, type Statements } from './statements.ts'

/** A statement or a pause within a transaction is not longer, milliseconds: its locks would hold up others. */
export const TRANSACTION_MS = 30_000
const BEGIN = `BEGIN; SET LOCAL statement_timeout = ${TRANSACTION_MS};
  SET LOCAL idle_in_transaction_session_timeout = ${TRANSACTION_MS}`

/** All of `work` or nothing of it. Errors: those of `work` and of the driver. */
export async function inTransaction<T>(
  pool: pg.Pool,
  nameOf: NameOf,
  work: (transaction: Statements) => Promise<T>,
): Promise<T> {
  const connection = await pool.connect()
  // Without a listener a connection that breaks between two statements would end the process.
  connection.on('error', ignore)
  let lost: Error | undefined
  try {
    await connection.query(BEGIN)
    const result = await work(createStatements(connection, nameOf))
    await connection.query('COMMIT')
    return result
  } catch (error) {
    await connection.query('ROLLBACK').catch((cause: Error) => {
      lost = cause
    })
    throw error
  } finally {
    connection.off('error', ignore)
    connection.release(lost)
  }
}

const ignore = () => {}
