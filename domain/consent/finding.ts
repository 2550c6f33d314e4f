import { assertNever } from '../shared/assert-never.ts'
import {
  covers,
  expressed,
  expressionsIn,
  hasExpired,
  type RegisteredConsent,
} from './registered-consent.ts'
import { type Expression, newestWill, settle, toKey, type Will, type WillDecision } from './will.ts'

/** What the consent service answered just now about one analysis. It is asked anew each time. */
export interface ServiceWord {
  readonly status: 'active' | 'expired' | 'rejected' | 'unknown'
  readonly documentNumber: string | undefined
  readonly validUntil: Date | undefined
  /** When the patient expressed what the status says. */
  readonly expressedAt: Date | undefined
}

export interface Known {
  readonly consents: readonly RegisteredConsent[]
  readonly analysis: string
  readonly now: Date
  readonly decisions: readonly WillDecision[]
  /** Absent where there is no consent service, or nothing to ask it by. */
  readonly word?: ServiceWord
}

export type Finding =
  /** `consentId` undefined: the consent is the one that the service has just told of. */
  | { readonly kind: 'yes'; readonly consentId: string | undefined }
  | { readonly kind: 'lost'; readonly why: 'withdrawn' | 'expired'; readonly consentId?: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly between: readonly string[] }

const FROM_SERVICE = 'service:'

/** What the register alone knows of the patient's will: what the service is asked about. */
export function registeredWill(known: Known): Will {
  return willWith(known, [])
}

function willWith(known: Known, told: readonly Expression[]): Will {
  const { analysis, decisions } = known
  return settle(newestWill([...registered(known), ...told]), analysis, decisions)
}

/** A document that was withdrawn as a whole does not count for what the service adds to it either. */
function registered({ consents, analysis, now, word }: Known): Expression[] {
  const expressions = expressionsIn(consents, analysis, now)
  const named = consents.find((one) => isNumbered(one, word?.documentNumber))
  if (!named?.withdrawnAt || covers(named, analysis)) return expressions
  return [...expressions, expressed('no', named.id, named.withdrawnAt, named.withdrawnByDay)]
}

/** What the service calls by this number. A row of ours bears its id behind it where the number was taken. */
export function isNumbered(
  { id, number, source }: RegisteredConsent,
  asked: string | undefined,
): boolean {
  return number === asked || (source === 'service' && number === `${asked}/${id}`)
}

/** Whether a document about the analysis may leave now. docs/consent.md has these rules in plain words. */
export function findBasis(known: Known): Finding {
  const will = registeredWill(known)
  if (!known.word) return ofRegister(known, will)
  const word = wordNow(known.word, known.now)
  switch (word.status) {
    case 'active':
      return confirmed(known, word, will)
    case 'rejected':
      return rejected(known, word, will)
    case 'expired':
      return will.kind === 'yes' ? lost('expired', will.newest) : withoutYes(known, will)
    case 'unknown':
      return will.kind === 'yes' ? { kind: 'absent' } : withoutYes(known, will)
    default:
      return assertNever(word.status)
  }
}

/** A consent whose term is over is not active, and a time that has not come is none. */
function wordNow(word: ServiceWord, now: Date): ServiceWord {
  const isOver = word.validUntil !== undefined && word.validUntil.getTime() <= now.getTime()
  const isAhead = word.expressedAt !== undefined && word.expressedAt.getTime() > now.getTime()
  return {
    ...word,
    status: word.status === 'active' && isOver ? 'expired' : word.status,
    expressedAt: isAhead ? undefined : word.expressedAt,
  }
}

function ofRegister(known: Known, will: Will): Finding {
  return will.kind === 'yes' ? yesBy(will.newest) : withoutYes(known, will)
}

/** The register has no consent that counts, and nobody else has told of one. */
function withoutYes({ consents, analysis, now }: Known, will: Will): Finding {
  if (will.kind === 'no') return lost('withdrawn', will.newest)
  if (will.kind === 'unclear') return { kind: 'unclear', between: will.between.map(toKey) }
  const ranOut = consents.find(
    (one) => one.source === 'register' && covers(one, analysis) && hasExpired(one, now),
  )
  return ranOut ? { kind: 'lost', why: 'expired', consentId: ranOut.id } : { kind: 'absent' }
}

/**
 * The service says yes. Against a withdrawal in the register that helps only where it tells of something newer: with a
 * time; without one a person decides, unless it names no document or one that the register knows: then it is not new.
 */
function confirmed(known: Known, word: ServiceWord, own: Will): Finding {
  const { documentNumber, expressedAt } = word
  const isNamed = documentNumber !== undefined
  const isNew = isNamed && !known.consents.some((one) => isNumbered(one, documentNumber))
  if (own.kind === 'none') return { kind: 'yes', consentId: undefined }
  if (own.kind === 'yes') return isNew ? { kind: 'yes', consentId: undefined } : yesBy(own.newest)
  if (!expressedAt && !isNew) return withoutYes(known, own)
  return ofRegister(known, willWith(known, [toldBy(word, 'yes', known.now)]))
}

/** The service says no: so it is, unless the patient has said yes since, which only a time can show. */
function rejected(known: Known, word: ServiceWord, own: Will): Finding {
  if (own.kind === 'no' || (own.kind === 'unclear' && !word.expressedAt))
    return withoutYes(known, own)
  if (own.kind === 'none' || !word.expressedAt) return { kind: 'refused' }
  const told = toldBy(word, 'no', known.now)
  const will = willWith(known, [told])
  if (will.kind === 'no' && will.newest === told) return { kind: 'refused' }
  return ofRegister(known, will)
}

/** Without a time it may have been expressed at any moment until now. */
function toldBy(word: ServiceWord, says: Expression['says'], now: Date): Expression {
  const by = `${FROM_SERVICE}${word.documentNumber ?? ''}`
  // Dated anew, it is another expression: a person's word was not given about it.
  if (word.expressedAt)
    return expressed(says, `${by}@${word.expressedAt.toISOString()}`, word.expressedAt)
  return { says, by, from: new Date(0), to: now }
}

function yesBy({ by }: Expression): Finding {
  return { kind: 'yes', consentId: by.startsWith(FROM_SERVICE) ? undefined : by }
}

function lost(why: 'withdrawn' | 'expired', { by }: Expression): Finding {
  return by.startsWith(FROM_SERVICE) ? { kind: 'lost', why } : { kind: 'lost', why, consentId: by }
}
