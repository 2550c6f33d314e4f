import { Prisma } from '../../prisma/generated/client.ts'

/** Prisma's codes for a database that cannot be reached, a pool without a free connection, an ended transaction. */
const UNREACHABLE = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'])
/** The same, as adapter-pg names it. */
const UNREACHABLE_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
])
/**
 * SQLSTATE classes 08, 53 (disk full, out of memory, too many connections) and 57P (shutdown, crash, start-up), a
 * statement or transaction that took too long, a failed disk, a server that only reads, and the socket's own codes.
 */
const UNREACHABLE_STATE =
  /^(08...|53...|57P0\d|57014|25P03|58030|25006|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH)$/
/** Disk full, failed disk, read-only: questions are still answered. Hosted servers turn read-only before they are full. */
const WRITE_REFUSED_STATE = /^(53100|58030|25006)$/
const LOST_CONNECTION =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Connection ended/

/** True when the failure says nothing about the statement, only that the database did not answer it. */
export function isConnectionFailure(error: unknown): boolean {
  return causes(error).some(
    (cause) =>
      UNREACHABLE.has(text(cause, 'code')) ||
      UNREACHABLE_STATE.test(text(cause, 'code')) ||
      UNREACHABLE_STATE.test(text(cause, 'originalCode')) ||
      UNREACHABLE_KINDS.has(text(cause, 'kind')) ||
      LOST_CONNECTION.test(text(cause, 'message')),
  )
}

/** True when the database answers but keeps nothing new. */
export function isWriteRefusal(error: unknown): boolean {
  return causes(error).some(
    (cause) =>
      WRITE_REFUSED_STATE.test(text(cause, 'code')) ||
      WRITE_REFUSED_STATE.test(text(cause, 'originalCode')),
  )
}

/** A unique key that another transaction took first, a deadlock, a write conflict: trying again can help. */
export function isLostRace(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && /^P20(02|34)$/.test(error.code))
    return true
  const isLost = /^(23505|40P01|40001)$/
  return causes(error).some(
    (cause) => isLost.test(text(cause, 'code')) || isLost.test(text(cause, 'originalCode')),
  )
}

/** An error with everything it was caused by; Prisma keeps the driver's error in `meta`. */
function causes(error: unknown): object[] {
  const found: object[] = []
  const open = [error]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null || found.includes(next)) continue
    found.push(next)
    if ('cause' in next) open.push(next.cause)
    if ('meta' in next) open.push(next.meta)
    if ('driverAdapterError' in next) open.push(next.driverAdapterError)
  }
  return found
}

function text(value: object, field: string): string {
  const found = (value as Record<string, unknown>)[field]
  return typeof found === 'string' ? found : ''
}
