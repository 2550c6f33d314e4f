export interface OutgoingMessage {
  /** Stable id: becomes the Message-ID, so that a repeat is recognisable. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}
/**
 * One channel. Errors: AppError `notification-unavailable` (transient), `notification-ambiguous` (ambiguous: the connection broke
 * after the body was handed over), `notification-refused` (permanent: address or content refused).
 */
export interface Notifier {
  send(message: OutgoingMessage): Promise<{ readonly reference: string }>
}
