import { AppError } from '../../../domain/shared/app-error.ts'

/** Replies that concern the session, not the message: the mail itself was not refused. So is 503, a wrong order of commands. */
const SESSION_CODES = new Set([
  'EAUTH',
  'ENOAUTH',
  'EOAUTH2',
  'ETLS',
  'EDNS',
  'EPROTOCOL',
  'EPROXY',
])

/**
 * Translates a failure of nodemailer. A reply of the server decides; without one it matters whether the body had begun
 * to leave. The original is not kept as cause: servers quote addresses in their replies.
 */
export function toNotificationError(error: unknown, bodyHandedOver: boolean): AppError {
  const facts = readFacts(error)
  const details = {
    ...(facts.code === undefined ? {} : { reason: facts.code }),
    ...(facts.reply === undefined ? {} : { reply: facts.reply }),
  }
  const aboutSession = facts.code !== undefined && SESSION_CODES.has(facts.code)
  if (facts.reply !== undefined) {
    return facts.reply >= 500 && facts.reply !== 503 && !aboutSession
      ? new AppError('notification-refused', 'permanent', { details })
      : new AppError('notification-unavailable', 'transient', { details })
  }
  if (bodyHandedOver) return new AppError('notification-ambiguous', 'ambiguous', { details })
  // nodemailer itself found the address or the message unfit, before asking the server.
  if (facts.code === 'EENVELOPE' || facts.code === 'EMESSAGE') {
    return new AppError('notification-refused', 'permanent', { details })
  }
  return new AppError('notification-unavailable', 'transient', { details })
}

/** The address is not one; the server is not asked. */
export function addressRefused(): AppError {
  return new AppError('notification-refused', 'permanent', {
    details: { reason: 'address-malformed' },
  })
}

function readFacts(error: unknown): { code: string | undefined; reply: number | undefined } {
  if (typeof error !== 'object' || error === null) return { code: undefined, reply: undefined }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const reply =
    'responseCode' in error && typeof error.responseCode === 'number' && error.responseCode >= 400
      ? error.responseCode
      : undefined
  return { code, reply }
}
