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
    expect(consent).toMatchObject({ status: 'active', analyses: ['CBC', 'LIPID'] })
    expect(await fixture.store.consentRegister.get(LABORATORY.id, consent?.id ?? '')).toEqual(
      consent,
    )
    expect(await fixture.store.consentRegister.get('lab-x', consent?.id ?? '')).toBeUndefined()
    const { register } = fixture.store.consentRegister
    expect((await register({ ...input, scope: 'full' })).kind).toBe('conflict')
    expect((await register({ ...input, patient: person() })).kind).toBe('conflict')
    expect(await fixture.store.consentLookup.patientOf(consent?.id ?? '')).toEqual(patient)
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

  test('tells a change to everything in flight under the consent', async () => {
    const patient = person()
    const { consent } = await register(patient)
    const [flying, landed] = await Promise.all([accept(patient), accept(patient)])
    await bringTo(fixture.store, flying, { phase: 'sending', consentId: consent.id })
    await bringTo(fixture.store, landed, { phase: 'retained', consentId: consent.id })
    expect(await fixture.store.consentLookup.inFlight(consent.id)).toEqual([flying.id])
    const change = {
      organizationId: LABORATORY.id,
      id: consent.id,
      status: 'withdrawn',
      actor: 'key-1',
    } as const
    const changed = await fixture.store.consentRegister.changeStatus(change)
    expect(changed).toEqual({ consent: { ...consent, status: 'withdrawn' }, inFlight: [flying.id] })
    await fixture.store.consentRegister.changeStatus(change)
    expect(await news(flying.id)).toEqual([
      {
        kind: 'consent-changed',
        submissionId: flying.id,
        consentId: consent.id,
        status: 'withdrawn',
      },
    ])
    expect(await news(landed.id)).toEqual([])
    expect(
      await fixture.store.consentRegister.changeStatus({ ...change, organizationId: 'lab-x' }),
    ).toBeUndefined()
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

  test('keep the identity they were given with, whatever a result says later', async () => {
    const patient = person()
    const { consent } = await register(patient)
    await accept({ ...patient, email: 'new.address@example.test' })
    await accept({ ...patient, familyName: 'Другова' })
    expect(await fixture.store.consentLookup.patientOf(consent.id)).toEqual(patient)
    expect(await fixture.store.consentLookup.patientOf('unknown')).toBeUndefined()
  })

  test('come newest first, whatever their status, from this organisation alone', async () => {
    const patient = person()
    const old = consentOf(patient)
    const { register: add, changeStatus } = fixture.store.consentRegister
    const first = (await add(old)).consent
    const second = (await add({ ...consentOf(patient), givenAt: new Date('2026-02-20T00:00:00Z') }))
      .consent
    await fixture.store.organizations.save({ ...LABORATORY, id: 'lab-far' })
    await add({ ...consentOf(patient), organizationId: 'lab-far' })
    await changeStatus({
      organizationId: LABORATORY.id,
      id: second.id,
      status: 'withdrawn',
      actor: 'key-1',
    })
    const found = await fixture.store.consentLookup.ofPatient((await accept(patient)).id)
    expect(found.map(({ id, status }) => [id, status])).toEqual([
      [second.id, 'withdrawn'],
      [first.id, 'active'],
    ])
  })
})

test('checks are journaled with time, request, status and user', async () => {
  const patient = person()
  const { consent } = await register(patient)
  const submission = await accept(patient)
  const request = { analysis: 'CBC', submission: submission.id }
  await fixture.store.journal.commit({
    key: stepKey(submission.id, 'check-consent'),
    outcome: 'active',
    events: [],
    consentChecks: [
      { consentId: consent.id, request, status: 'active', source: 'register', user: 'system' },
    ],
  })
  fixture.clock.now = new Date(fixture.clock.now.getTime() + 1000)
  await fixture.store.consentLookup.recordRecheck(
    consent.id,
    { request: {}, status: 'expired', source: 'service', user: 'system' },
    'expired',
  )
  const checks = await fixture.store.consentRegister.checks(LABORATORY.id, consent.id)
  expect(checks).toEqual([
    {
      at: new Date(fixture.clock.now.getTime() - 1000),
      request,
      status: 'active',
      source: 'register',
      user: 'system',
      submissionId: submission.id,
    },
    {
      at: fixture.clock.now,
      request: {},
      status: 'expired',
      source: 'service',
      user: 'system',
      submissionId: null,
    },
  ])
  expect((await fixture.store.consentLookup.byId(consent.id))?.status).toBe('expired')
  expect(await fixture.store.consentRegister.checks('lab-x', consent.id)).toEqual([])
})

test('a consent the service confirmed joins the register, or gives way to the one that is there', async () => {
  const patient = person()
  const submission = await accept(patient)
  const discover = (round: number, id: string, document: string) =>
    fixture.store.journal.commit({
      key: stepKey(submission.id, 'check-consent', round),
      outcome: id,
      patch: { consentId: id },
      events: [],
      discoveredConsent: { id, number: document, analysis: 'cbc', validUntil: null },
    })
  await discover(1, 'found-1', 'SRV-1')
  const [consent] = await fixture.store.consentLookup.ofPatient(submission.id)
  expect(consent).toMatchObject({ id: 'found-1', number: 'SRV-1', confirmationMethod: 'service' })
  await discover(2, 'found-2', 'SRV-1')
  expect((await fixture.store.cases.load(submission.id, 1)).consentId).toBe('found-1')
  expect(consent).toMatchObject({ scope: 'partial', analyses: ['cbc'] })
})

test('a number the service repeats for another person does not lend that person’s consent', async () => {
  const commit = async (id: string) => {
    const submission = await accept(person())
    await fixture.store.journal.commit({
      key: stepKey(submission.id, 'check-consent', 1),
      outcome: id,
      patch: { consentId: id },
      events: [],
      discoveredConsent: { id, number: 'SRV-SHARED', analysis: 'cbc', validUntil: null },
    })
    return (await fixture.store.cases.load(submission.id, 1)).consentId
  }
  expect(await commit('first-person')).toBe('first-person')
  expect(await commit('second-person')).toBe('second-person')
})
