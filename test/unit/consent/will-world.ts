import type { ActivityDeps } from '../../../activities/deps.ts'
import { type LegalBasis, readLegalBasis } from '../../../activities/legal-basis.ts'
import type { ConsentAnswer } from '../../../adapters/consents/port.ts'
import type { Consent, SubmissionCase } from '../../../adapters/storage/port.ts'
import type { WillDecision } from '../../../domain/consent/will.ts'
import { AppError } from '../../../domain/shared/app-error.ts'
import { ANALYSES, type Event, HOUR, WillModel } from './will-model.ts'

type Of<Kind extends Event['kind']> = Extract<Event, { kind: Kind }>
const SUBMISSION = 'submission-1'

/** The product's own reading of the legal basis over a register and a service that are lists. */
export class WillWorld {
  readonly model: WillModel
  readonly sent: boolean[] = []
  private readonly consents: Consent[] = []
  private readonly decisions: WillDecision[] = []
  private question: Omit<WillDecision, 'says'> | undefined
  private readonly words = new Map<string, ConsentAnswer | 'away'>()
  private readonly deps: ActivityDeps
  private ids = 0

  constructor(hasService: boolean) {
    this.model = new WillModel(hasService)
    const store = {
      consentLookup: {
        ofPatient: () => Promise.resolve([...this.consents].reverse()),
        decisions: () => Promise.resolve(this.decisions),
      },
    }
    // Only what the reading of a legal basis asks for: anything else would fail the test by itself.
    this.deps = {
      store,
      consentService: hasService
        ? { check: (asked: { analysis: string }) => this.answer(asked) }
        : undefined,
      now: () => new Date(this.model.now),
      newId: () => `found-${++this.ids}`,
    } as unknown as ActivityDeps
  }

  async happens(event: Event): Promise<void> {
    switch (event.kind) {
      case 'give':
        return this.give(event)
      case 'withdraw':
        return this.withdraw(event)
      case 'service':
        return this.serviceSays(event)
      case 'tick':
        this.model.now += event.hours * HOUR
        return
      case 'decide':
        return this.decide(event)
      case 'send':
        return await this.send(event)
    }
  }

  private give({ about, ago, byDay, term }: Of<'give'>): void {
    const from = this.model.now - ago * HOUR
    const until = term === null ? null : from + term * HOUR
    const id = `consent-${this.consents.length}`
    const number = `№-${this.consents.length}`
    this.consents.push({
      ...{ id, number, organizationId: 'lab-1', confirmationMethod: 'paper', knownBy: 'snils' },
      ...{ withdrawnAt: null, withdrawnByDay: false, withdrawnBy: null, withdrawalMethod: null },
      scope: about.length === 0 ? 'full' : 'partial',
      analyses: about,
      givenAt: new Date(from),
      givenByDay: byDay,
      validUntil: until === null ? null : new Date(until),
      source: 'register',
      createdAt: new Date(this.model.now),
    })
    this.model.expressed('yes', allIfNone(about), from, byDay, until ?? undefined)
  }

  private withdraw({ which, ago, byDay }: Of<'withdraw'>): void {
    const index = which % Math.max(this.consents.length, 1)
    const consent = this.consents[index]
    if (!consent || consent.withdrawnAt !== null) return
    const from = Math.max(this.model.now - ago * HOUR, consent.givenAt.getTime())
    this.consents[index] = { ...consent, withdrawnAt: new Date(from), withdrawnByDay: byDay }
    this.model.expressed('no', allIfNone(consent.analyses), from, byDay)
  }

  private serviceSays({ about, status, dated, document }: Of<'service'>): void {
    const at = dated === null ? undefined : this.model.now - dated * HOUR
    for (const analysis of about) {
      this.model.answers.set(analysis, { status, at })
      this.words.set(
        analysis,
        status === 'away'
          ? status
          : {
              status,
              documentNumber: document ?? undefined,
              validUntil: undefined,
              expressedAt: at === undefined ? undefined : new Date(at),
              requestId: 'cq-1',
            },
      )
    }
  }

  private decide({ says }: Of<'decide'>): void {
    if (!this.question) return
    this.decisions.unshift({ ...this.question, says })
    if (says === 'yes') this.model.decidedYes()
    this.question = undefined
  }

  private async send({ about }: Of<'send'>): Promise<void> {
    const basis = await this.read(about)
    this.sent.push(basis?.outcome.kind === 'active')
    if (!basis) return
    if (basis.outcome.kind === 'active' && !this.model.mayLeave(about))
      throw new Error(`sent ${about.join()} without the patient's yes`)
    this.keep(basis)
  }

  private async read(analyses: readonly string[]): Promise<LegalBasis | undefined> {
    const report = { patient: { snils: '11223344595' } }
    const policy = { legalBasis: 'consent' }
    const submission = { submissionId: SUBMISSION, report, policy }
    const key = { submissionId: SUBMISSION, version: 1, step: 'send', round: 1 } as const
    const asked = { key, submission: submission as unknown as SubmissionCase, analyses }
    try {
      return await readLegalBasis(this.deps, asked)
    } catch (error) {
      // Outside an activity the failure is told by the context that is missing there: nothing was sent.
      if (analyses.some((one) => this.words.get(one) === 'away')) return undefined
      throw error
    }
  }

  /** As a commit would. */
  private keep({ journal }: LegalBasis): void {
    if (journal.settles) this.question = undefined
    if (journal.asks && !this.question) {
      this.question = journal.asks.details as unknown as Omit<WillDecision, 'says'>
      this.model.asked(this.question.analyses)
    }
    for (const found of journal.discoveredConsents ?? [])
      this.consents.push({
        ...{ organizationId: 'lab-1', confirmationMethod: 'service', knownBy: 'snils' },
        ...{ withdrawnAt: null, withdrawnByDay: false, withdrawnBy: null, withdrawalMethod: null },
        ...{ givenByDay: false, scope: 'partial', source: 'service' },
        id: found.id,
        number: found.number,
        analyses: found.analyses,
        givenAt: found.givenAt ?? new Date(this.model.now),
        validUntil: found.validUntil,
        createdAt: new Date(this.model.now),
      })
  }

  private answer({ analysis }: { analysis: string }): Promise<ConsentAnswer> {
    const word = this.words.get(analysis)
    if (word === 'away')
      return Promise.reject(new AppError('consent-service-unavailable', 'transient'))
    const unknown = { documentNumber: undefined, validUntil: undefined, expressedAt: undefined }
    return Promise.resolve(word ?? { ...unknown, status: 'unknown', requestId: 'cq-0' })
  }
}

const allIfNone = (about: readonly string[]) => (about.length === 0 ? ANALYSES : about)
