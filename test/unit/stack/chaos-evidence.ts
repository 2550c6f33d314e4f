import { audit, type Evidence } from '../../../bench/chaos/audit.ts'
import type { Listed } from '../../../bench/chaos/observe.ts'
import { snilsOf } from '../../../bench/chaos/people.ts'
import type { Booked } from '../../../bench/chaos/registry-books.ts'

export const NEWS = {
  at: '2026-01-01T00:00:00Z',
  version: 1,
  type: 'notification.sent',
  details: { kind: 'document-available', recipient: 'patient' },
}
export const MAIL = {
  to: ['patient-0@patients.example'],
  subject: 'Новый документ в личном кабинете',
}

export const HELD = { state: 'accepted', believed: 'accepted' }
export const submission: Listed = {
  ...{ id: 's', phase: 'retained', status: 'accepted', version: 1, reason: null },
  ...{ registryId: 'R-1', setId: 'set', analysisCode: 'B03.016.003', replacedBy: null },
  source: { system: 'LIS-A', resultId: 'CHAOS-1-0', version: 1 },
  replaces: null,
  versions: [{ version: 1, documentId: 'd', registry: HELD }],
  questions: [],
}
export const document: Booked = {
  ...{ documentId: 'd', setId: 'set', versionNumber: 1, replaces: null, documentDigest: 'x' },
  ...{ status: 'accepted', registryId: 'R-1', registrations: 1, consentNumber: 'С-1' },
  ...{ receivedAt: '2026-01-01T00:00:00.000Z', withdrawnAt: null, delivered: true },
  answers: [{ status: 'accepted', answeredAt: '2026-01-01T00:00:01.000Z' }],
}
export const about = { resultId: 'CHAOS-1-0', analysisCode: 'B03.016.003' }
export const content = { ...about, digest: 'x', value: '112', snils: snilsOf(0) }
export const said = { value: '112', snils: snilsOf(0) }
export const expectation = { ...about, name: 'result 0', last: said, optional: false }

/** Result 0 as submission `s`, retained, registered and told of: what a run should leave behind. */
export const clean: Evidence = {
  intake: {
    ids: new Map([[0, new Set(['s'])]]),
    ...{ revised: new Map(), again: new Map(), refused: [] },
  },
  listed: [submission],
  registered: { totals: { registeredTwice: 0 }, documents: [document] },
  contents: new Map([['d', content]]),
  expected: [expectation],
  stories: new Set(),
  wills: { said: new Map(), owners: new Map([['С-1', snilsOf(0)]]) },
  mails: [MAIL],
  events: new Map([['s', [NEWS]]]),
}

export const counts = (evidence: Evidence) =>
  Object.fromEntries(
    Object.entries(audit(evidence)).map(([name, found]: [string, readonly string[] | number]) => [
      name,
      typeof found === 'number' ? found : found.length,
    ]),
  )
export const NONE = {
  ...{ lost: 0, doubled: 0, forked: 0, stale: 0, consents: 0, disagreements: 0 },
  ...{ mailsDoubled: 0, mailsUncertain: 0 },
}

export const correction: Listed = {
  ...submission,
  ...{ id: 'c', registryId: 'R-2', replaces: 's' },
  versions: [{ version: 1, documentId: 'd2', registry: HELD }],
}
export const second: Booked = {
  ...document,
  ...{ documentId: 'd2', versionNumber: 2, registryId: 'R-2', replaces: 'd' },
  receivedAt: '2026-01-01T00:01:00.000Z',
}
/** The same, and its system corrected it afterwards; a late repeat of the first message was answered with the correction. */
export const revised: Evidence = {
  ...clean,
  intake: {
    ids: new Map([[0, new Set(['s', 'c'])]]),
    revised: new Map([[0, new Set(['c'])]]),
    ...{ again: new Map(), refused: [] },
  },
  listed: [submission, correction],
  registered: { ...clean.registered, documents: [document, second] },
  contents: new Map([
    ['d', content],
    ['d2', { ...content, value: '120' }],
  ]),
  expected: [{ ...expectation, last: { ...said, value: '120' } }],
  mails: [MAIL, MAIL],
  events: new Map([
    ['s', [NEWS]],
    ['c', [NEWS]],
  ]),
}

export const holding = (...entries: Booked[]): Partial<Evidence> => ({
  registered: { ...clean.registered, documents: entries },
})
