import { z } from 'zod'

/** What can be made to go wrong, by target. sandbox/README.md says what each does. */
export const FAULT_MODES = {
  portal: [
    'accept',
    'reject',
    'correction',
    'clarification',
    'slow',
    'late',
    'silent',
    'repeat',
    'early',
    'error-5xx',
    'timeout-after-accept',
    'cut',
    'garbage',
    'rate-limit',
    'unauthorized',
    'refuse-422',
    'too-large',
    'withdraw-refused',
    'accepted-then-rejected',
    'rejected-then-accepted',
    'accepted-after-withdrawal',
    'same-number',
    'same-message-id',
    'processing-same-id',
  ],
  consent: [
    'active',
    'expired',
    'rejected',
    'unknown',
    'slow',
    'error-5xx',
    'rate-limit',
    'unauthorized',
    'garbage',
    'cut',
  ],
  smtp: ['refuse', 'busy', 'down', 'cut', 'slow'],
  callback: ['silent', 'slow', 'repeat', 'bad-signature', 'stale', 'garbage', 'wrong-document'],
} as const
export type FaultTarget = keyof typeof FAULT_MODES
export type FaultMode<T extends FaultTarget> = (typeof FAULT_MODES)[T][number]

const reasonSchema = z.object({ code: z.string(), field: z.string(), message: z.string() })
export type Reason = z.output<typeof reasonSchema>

const matchSchema = z.strictObject({
  documentId: z.string().optional(),
  setId: z.string().optional(),
  versionNumber: z.number().int().optional(),
  analysisType: z.string().optional(),
  organizationId: z.string().optional(),
  /** Portal: which call; default is the one the mode is about (`withdraw` for withdraw-refused, else `submit`). */
  operation: z.enum(['submit', 'find', 'withdraw', 'ping']).optional(),
  /** Consent service. */
  patientRef: z.string().optional(),
  documentNumber: z.string().optional(),
  /** Mail. */
  recipient: z.string().optional(),
})
export type FaultSubject = z.output<typeof matchSchema>

export const faultSchema = z
  .strictObject({
    target: z.enum(['portal', 'consent', 'smtp', 'callback']),
    mode: z.string(),
    match: matchSchema.default({}),
    /** How many calls it hits; unset = until removed. */
    times: z.number().int().positive().optional(),
    delayMs: z.number().int().nonnegative().max(86_400_000).optional(),
    /** error-5xx: the status, and whether the document is taken all the same. */
    status: z.number().int().min(500).max(599).optional(),
    processed: z.boolean().optional(),
    retryAfterSeconds: z.number().int().nonnegative().optional(),
    /** repeat: how many callbacks. */
    copies: z.number().int().min(2).max(100).optional(),
    reasons: z.array(reasonSchema).optional(),
  })
  .refine(({ target, mode }) => FAULT_MODES[target].some((known) => known === mode), {
    path: ['mode'],
    error: 'неизвестный режим для этой цели',
  })
export type Fault = z.output<typeof faultSchema>
