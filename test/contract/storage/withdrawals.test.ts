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

function person(): Patient {
  number += 1
  const digits = String(number).padStart(4, '0')
  return { ...ANNA, snils: `1234567${digits}`, policy: undefined, localId: undefined }
}
const accept = async (patient: Patient) =>
  (await fixture.store.submissions.accept(draft({ resultId: `w-${++number}`, patient }))).submission
const day = (text: string) => new Date(`2026-${text}T09:00:00.000Z`)

async function register(patient: Patient, changes: object = {}) {
  const { consent } = await fixture.store.consentRegister.register({
    organizationId: LABORATORY.id,
    number: `W-${++number}`,
    givenAt: day('01-10'),
    scope: 'full',
    analyses: [],
    confirmationMethod: 'paper',
    validUntil: null,
    patient,
    actor: 'key-1',
    ...changes,
  })
  return consent
}
/** A submission under way of which each analysis rests on a consent. */
async function resting(
  patient: Patient,
  phase: 'sending' | 'retained',
  rests: Record<string, string>,
) {
  const view = await accept(patient)
  const restsOn = Object.entries(rests).map(([analysis, consentId]) => ({ analysis, consentId }))
  await fixture.store.journal.commit({
    key: stepKey(view.id, 'check-consent'),
    outcome: null,
    events: [],
    patch: { phase, consentId: restsOn[0]?.consentId ?? null },
    restsOn,
  })
  return view.id
}
const withdraw = (id: string, changes: object = {}) =>
  fixture.store.consentRegister.withdraw({
    organizationId: LABORATORY.id,
    id,
    actor: 'key-1',
    ...changes,
  })
const news = async (submissionId: string) =>
  (await fixture.store.outbox.claimFor(submissionId, 0))
    .map(({ message }) => message)
    .filter(({ kind }) => kind === 'consent-changed')

describe('a withdrawal', () => {
  test('is an act: when it was expressed, how, who entered it; the first record stands', async () => {
    const consent = await register(person())
    const withdrawnAt = day('02-20')
    const ended = await withdraw(consent.id, { withdrawnAt, method: 'paper', reason: 'заявление' })
    const after = {
      ...consent,
      withdrawnAt,
      withdrawnBy: 'key-1',
      withdrawalMethod: 'paper',
    }
    expect(ended).toEqual({ kind: 'withdrawn', consent: after, told: [] })
    expect(await withdraw(consent.id)).toEqual({ kind: 'repeated', consent: after, told: [] })
    expect(await withdraw(consent.id, { withdrawnAt })).toMatchObject({ kind: 'repeated' })
    expect(await withdraw(consent.id, { withdrawnAt: day('02-21') })).toEqual({ kind: 'conflict' })
    expect(await withdraw(consent.id, { method: 'esia' })).toEqual({ kind: 'conflict' })
    expect(await fixture.store.consentLookup.byId(consent.id)).toEqual(after)
  })

  test('is not older than the consent; a day is long enough', async () => {
    const early = { withdrawnAt: day('01-09') }
    const consent = await register(person())
    expect(await withdraw(consent.id, early)).toEqual({ kind: 'too-early' })
    const morning = { withdrawnAt: new Date('2026-01-10T00:00:00.000Z') }
    expect(await withdraw(consent.id, morning)).toEqual({ kind: 'too-early' })
    const sameDay = await withdraw(consent.id, { ...morning, byDay: true })
    expect(sameDay).toMatchObject({ kind: 'withdrawn', consent: { withdrawnByDay: true } })
  })

  test('of another laboratory’s consent does not exist', async () => {
    const consent = await register(person())
    expect(await withdraw(consent.id, { organizationId: 'lab-x' })).toBeUndefined()
  })

  test('is told to everything in flight under it, once', async () => {
    const patient = person()
    const consent = await register(patient)
    const flying = await resting(patient, 'sending', { CBC: consent.id })
    const landed = await resting(patient, 'retained', { CBC: consent.id })
    const ended = await withdraw(consent.id)
    expect(ended).toMatchObject({ kind: 'withdrawn', told: [flying] })
    await withdraw(consent.id)
    const told = { kind: 'consent-changed', submissionId: flying, status: 'withdrawn' }
    expect(await news(flying)).toEqual([{ ...told, consentId: consent.id }])
    expect(await news(landed)).toEqual([])
  })

  test('is told to a submission that rests on several, whichever of them it is', async () => {
    const patient = person()
    const partial = { scope: 'partial' }
    const first = await register(patient, { ...partial, analyses: ['CBC'] })
    const second = await register(patient, { ...partial, analyses: ['LIPID'] })
    const id = await resting(patient, 'sending', { CBC: first.id, LIPID: second.id })
    await withdraw(second.id)
    expect(await news(id)).toMatchObject([{ consentId: second.id, status: 'withdrawn' }])
  })

  test('outweighs the older consent that a submission rests on, and only for what it covered', async () => {
    const patient = person()
    const full = await register(patient)
    const partial = await register(patient, {
      scope: 'partial',
      analyses: ['CBC'],
      givenAt: day('02-01'),
    })
    const covered = await resting(patient, 'sending', { CBC: full.id })
    const other = await resting(patient, 'sending', { LIPID: full.id })
    await withdraw(partial.id)
    expect(await news(covered)).toMatchObject([{ consentId: full.id, status: 'withdrawn' }])
    expect(await news(other)).toEqual([])
  })

  test('expressed before the consent that a submission rests on is no news to it', async () => {
    const patient = person()
    const old = await register(patient)
    const newer = await register(patient, { givenAt: day('02-20') })
    const id = await resting(patient, 'sending', { CBC: newer.id })
    await withdraw(old.id, { withdrawnAt: day('02-10') })
    expect(await news(id)).toEqual([])
  })

  test('reaches a check under way, which may have read the register just before', async () => {
    const patient = person()
    const consent = await register(patient)
    const checking = await accept(patient)
    const waiting = await accept(patient)
    await bringTo(fixture.store, waiting, { phase: 'awaiting-consent' })
    await withdraw(consent.id)
    expect(await news(checking.id)).toMatchObject([{ consentId: consent.id, status: 'withdrawn' }])
    expect(await news(waiting.id)).toEqual([])
  })
})
