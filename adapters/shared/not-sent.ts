/** The name was not resolved or no connection was made, so not a byte of the request has left. */
const BEFORE_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** The TLS handshake failed: HTTP had not begun. */
const HANDSHAKE =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|HOSTNAME_MISMATCH|EPROTO$)/

/**
 * True only when the failure proves that the other side cannot have processed the request. Whatever is not known for
 * certain (a reset, an unknown code) is false: the caller then has to ask before it repeats.
 */
export function provesNotSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // Several addresses were tried (IPv6 and IPv4): each one has to have failed before the connection.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every(provesNotSent)
  }
  if ('code' in error && typeof error.code === 'string') {
    if (BEFORE_CONNECTION.has(error.code) || HANDSHAKE.test(error.code)) return true
    return error.code === 'ETIMEDOUT' && 'syscall' in error && error.syscall === 'connect'
  }
  return error.cause === undefined ? false : provesNotSent(error.cause)
}
