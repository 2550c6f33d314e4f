import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Patient } from '../../../domain/report/report.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { ANNA, bringTo, draft, stepKey } from './drafts.ts'

let fixture: TestStore
let number = 0
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())

/** A person nobody else in this file is. */
function person(changes: Partial<Patient> = {}): Patient {
  number += 1
  const digits = String(number).padStart(4, '0')
  return {
    ...ANNA,
    snils: `1234567${digits}`,
    policy: `999988887777${digits}`,
    localId: `p-${digits}`,
    ...changes,
  }
}
const accept = async (patient: Patient, system?: string) =>
  (await fixture.store.submissions.accept(draft({ resultId: `c-${++number}`, patient, system })))
    .submission
const consentOf = (patient: Patient, document = `C-${++number}`) => ({
  organizationId: LABORATORY.id,
  number: document,
  givenAt: new Date('2026-02-01T00:00:00Z'),
  scope: 'partial' as const,
  analyses: ['CBC', 'LIPID'],
  confirmationMethod: 'paper' as const,
  validUntil: null,
  patient,
  actor: 'key-1',
})
const register = (patient: Patient, document?: string) =>
  fixture.store.consentRegister.register(consentOf(patient, document))
const news = async (submissionId: string) =>
  (await fixture.store.outbox.claimFor(submissionId, 0))
    .map(({ message }) => message)
    .filter(({ kind }) => kind === 'consent-changed')

describe('the register', () => {
  test('keeps one consent a number and tells a repeat from a contradiction', async () => {
    const patient = person()
    const input = consentOf(patient)
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => fixture.store.consentRegister.register(input)),
    )
    expect(answers.map(({ kind }) => kind).sort()).toEqual([
      'created',
      'repeated',
      'repeated',
      'repeated',
    ])
    const consent = answers[0]?.consent
    expect(consent).toMatchObject({
      analyses: ['CBC', 'LIPID'],
      withdrawnAt: null,
      source: 'register',
      knownBy: 'snils',
    })
    expect(await fixture.store.consentRegister.get(LABORATORY.id, consent?.id ?? '')).toEqual(
      consent,
    )
    expect(await fixture.store.consentRegister.get('lab-x', consent?.id ?? '')).toBeUndefined()
    const { register } = fixture.store.consentRegister
    expect((await register({ ...input, scope: 'full' })).kind).toBe('conflict')
    expect((await register({ ...input, patient: person() })).kind).toBe('conflict')
  })

  test.each([
    ['snils', {}],
    ['policy', { snils: undefined }],
    ['local-number', { snils: undefined, policy: undefined }],
  ] as const)('says by which number the patient is known: %s', async (knownBy, changes) => {
    expect((await register(person(changes))).consent.knownBy).toBe(knownBy)
  })

  test('wakes the submissions of the patient that wait for it, and no others', async () => {
    const patient = person()
    const [waiting, checking, sending, stranger] = await Promise.all([
      accept(patient),
      accept(patient),
      accept(patient),
      accept(person()),
    ])
    await bringTo(fixture.store, waiting, { phase: 'awaiting-consent' })
    await bringTo(fixture.store, sending, { phase: 'sending' })
    await bringTo(fixture.store, stranger, { phase: 'awaiting-consent' })
    const { consent } = await register(patient)
    const message = { kind: 'consent-changed', consentId: consent.id, status: 'active' }
    expect(await news(waiting.id)).toEqual([{ ...message, submissionId: waiting.id }])
    expect(await news(checking.id), 'its check may have come too early').toHaveLength(1)
    expect(await news(sending.id)).toEqual([])
    expect(await news(stranger.id)).toEqual([])
  })
})

describe('the consents of a patient', () => {
  const found = async (patient: Patient, system?: string) =>
    (await fixture.store.consentLookup.ofPatient((await accept(patient, system)).id)).map(
      ({ id }) => id,
    )

  test('are found by the identifier both records have, the strongest first', async () => {
    const known = person({ localIdSystem: 'LIS' })
    const { consent } = await register(known)
    expect(await found(known)).toEqual([consent.id])
    expect(await found({ ...known, policy: undefined, localId: undefined })).toEqual([consent.id])
    expect(await found({ ...known, snils: undefined, localId: 'x' })).toEqual([consent.id])
    expect(await found({ ...known, snils: undefined, policy: undefined })).toEqual([consent.id])
    const other = person({ localId: known.localId, policy: known.policy })
    expect(await found(other), 'another СНИЛС is another person').toEqual([])
  })

  test('are nobody’s without a number, and nothing breaks: single names, newborns, foreigners', async () => {
    const nameless = { ...person(), givenName: undefined, patronymic: undefined }
    const unnumbered = { snils: undefined, policy: undefined, localId: undefined }
    const newborn = { ...nameless, ...unnumbered, birthDate: undefined }
    await register(newborn)
    expect(await found(newborn)).toEqual([])
    expect(await found({ ...newborn, localId: '' })).toEqual([])
    const single = { ...nameless, localIdSystem: 'LIS' }
    const { consent } = await register(single)
    expect(await found(single)).toEqual([consent.id])
  })

  test('of a local number are found by the number as it is written', async () => {
    const numbered = (localId: string) =>
      person({ snils: undefined, policy: undefined, localId, localIdSystem: 'LIS' })
    const { consent } = await register(numbered('123-4567'))
    expect(await found(numbered('1234-567'))).toEqual([])
    expect(await found(numbered('1234567'))).toEqual([])
    expect(await found(numbered('123-4567'))).toEqual([consent.id])
  })

  test('of a local number belong to its authority, or to the system the result came from', async () => {
    const numbered = (localIdSystem?: string) =>
      person({ snils: undefined, policy: undefined, localId: '77', localIdSystem })
    const { consent } = await register(numbered('LIS'))
    expect(await found(numbered(), 'LIS-2'), 'another system counts for itself').toEqual([])
    expect(await found(numbered('HOSPITAL'))).toEqual([])
    expect(await found(numbered())).toEqual([consent.id])
    expect(await found(numbered('LIS'), 'LIS-2')).toEqual([consent.id])
    const unassigned = await register(
      person({ snils: undefined, policy: undefined, localId: '78' }),
    )
    expect(await found(person({ snils: undefined, policy: undefined, localId: '78' }))).toEqual([])
    expect(unassigned.kind).toBe('created')
  })

  test('are not found by a number that two СНИЛС have, before or after', async () => {
    const localId = 'shared-1'
    const weak = person({ snils: undefined, policy: undefined, localId, localIdSystem: 'LIS' })
    const first = person({ localId, localIdSystem: 'LIS' })
    const { consent } = await register(first)
    expect(await found(weak)).toEqual([consent.id])
    await accept(person({ localId }))
    expect(await found(weak)).toEqual([])
    expect(await found(first), 'the СНИЛС still says who is meant').toEqual([consent.id])
  })

  test('come newest first, whatever their status, from this organisation alone', async () => {
    const patient = person()
    const old = consentOf(patient)
    const { register: add, withdraw } = fixture.store.consentRegister
    const first = (await add(old)).consent
    const second = (await add({ ...consentOf(patient), givenAt: new Date('2026-02-20T00:00:00Z') }))
      .consent
    await fixture.store.organizations.save({ ...LABORATORY, id: 'lab-far' })
    await add({ ...consentOf(patient), organizationId: 'lab-far' })
    await withdraw({ organizationId: LABORATORY.id, id: second.id, actor: 'key-1' })
    const found = await fixture.store.consentLookup.ofPatient((await accept(patient)).id)
    expect(found.map(({ id, withdrawnAt }) => [id, withdrawnAt])).toEqual([
      [second.id, fixture.clock.now],
      [first.id, null],
    ])
  })
})

test('checks are journaled with time, request, status, user, submission and analysis', async () => {
  const patient = person()
  const { consent } = await register(patient)
  const submission = await accept(patient)
  const asked = { request: { analysis: 'CBC' }, analysis: 'CBC', user: 'system' }
  await fixture.store.journal.commit({
    key: stepKey(submission.id, 'check-consent'),
    outcome: 'active',
    events: [],
    consentChecks: [
      { ...asked, consentId: consent.id, status: 'active', source: 'register' },
      { ...asked, status: 'none', source: 'service' },
    ],
  })
  const later = new Date(fixture.clock.now.getTime() + 1000)
  const first = { ...asked, at: fixture.clock.now, submissionId: submission.id }
  fixture.clock.now = later
  const about = { consentId: consent.id, submissionId: submission.id }
  await fixture.store.consentLookup.recordChecks([
    { ...asked, ...about, status: 'expired', source: 'service' },
  ])
  const { checks, checksOfSubmission } = fixture.store.consentRegister
  const known = { ...first, consentId: consent.id, status: 'active', source: 'register' }
  const vain = { ...first, consentId: null, status: 'none', source: 'service' }
  const daily = { ...asked, ...about, at: later, status: 'expired', source: 'service' }
  expect(await checks(LABORATORY.id, consent.id)).toEqual([known, daily])
  expect(await checksOfSubmission(LABORATORY.id, submission.id)).toEqual([known, vain, daily])
  expect(await fixture.store.consentLookup.byId(consent.id)).toEqual(consent)
  expect(await checks('lab-x', consent.id)).toEqual([])
  expect(await checksOfSubmission('lab-x', submission.id)).toEqual([])
  expect(await checksOfSubmission(LABORATORY.id, 'nobody')).toEqual([])
})

describe('a consent the service confirmed', () => {
  const found = (id: string, document: string, analyses: string[]) => ({
    ...{ id, number: document, analyses, givenAt: null, validUntil: null },
  })
  const discover = (
    submissionId: string,
    round: number,
    ...discovered: ReturnType<typeof found>[]
  ) => {
    const [first] = discovered
    const restsOn = discovered.flatMap(({ id, analyses }) =>
      analyses.map((analysis) => ({ analysis, consentId: id })),
    )
    return fixture.store.journal.commit({
      key: stepKey(submissionId, 'check-consent', round),
      outcome: { kind: 'active', consentId: first?.id ?? '' },
      patch: { consentId: first?.id ?? '' },
      events: [],
      restsOn,
      discoveredConsents: discovered,
    })
  }

  test('joins the register, or gives way to the one that is there', async () => {
    const { id } = await accept(person())
    await discover(id, 1, found('found-1', 'SRV-1', ['cbc']))
    const [consent] = await fixture.store.consentLookup.ofPatient(id)
    expect(consent).toMatchObject({
      id: 'found-1',
      number: 'SRV-1',
      source: 'service',
      scope: 'partial',
      analyses: ['cbc'],
      knownBy: 'snils',
    })
    const stands = await discover(id, 2, found('found-2', 'SRV-1', ['lipid']))
    expect(stands, 'the workflow rests on what is there').toEqual({
      kind: 'active',
      consentId: 'found-1',
    })
    expect((await fixture.store.cases.load(id, 1)).consentId).toBe('found-1')
    expect(await fixture.store.consentLookup.resting('found-1')).toMatchObject([
      { submissionId: id, analyses: ['lipid'] },
    ])
    const [grown, ...more] = await fixture.store.consentLookup.ofPatient(id)
    expect(grown?.analyses.toSorted()).toEqual(['cbc', 'lipid'])
    expect(more).toEqual([])
  })

  test('does not lend another person’s consent under a number that the service repeats', async () => {
    for (const id of ['first-person', 'second-person']) {
      const submission = await accept(person())
      await discover(submission.id, 1, found(id, 'SRV-SHARED', ['cbc']))
      expect((await fixture.store.cases.load(submission.id, 1)).consentId).toBe(id)
    }
  })

  test('neither widens what the laboratory has entered nor revives what was withdrawn', async () => {
    const patient = person()
    const { consent } = await register(patient, 'ENTERED-1')
    const { id } = await accept(patient)
    await discover(id, 1, found('beside-1', 'ENTERED-1', ['hiv']))
    expect(await fixture.store.consentLookup.byId(consent.id)).toEqual(consent)
    expect((await fixture.store.cases.load(id, 1)).consentId).toBe('beside-1')
    await discover(id, 2, found('beside-2', 'SRV-2', ['hiv']))
    const { withdraw } = fixture.store.consentRegister
    await withdraw({ organizationId: LABORATORY.id, id: 'beside-2', actor: 'key-1' })
    await discover(id, 3, found('beside-3', 'SRV-2', ['hiv']))
    expect((await fixture.store.cases.load(id, 1)).consentId).toBe('beside-3')
    expect((await fixture.store.consentLookup.byId('beside-2'))?.withdrawnAt).not.toBeNull()
  })
})
