import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { hl7Result, jsonResult } from './support/results.ts'
import { advance, submit } from './support/submission.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())
beforeEach(() => {
  api.workflows.failure = undefined
  api.workflows.signatureVerdict = { accepted: true }
  api.workflows.calls.length = 0
})

const act = (id: string, action: string, payload: object = {}) =>
  api.send({ method: 'POST', url: `/v1/submissions/${id}/${action}`, payload })
const audited = async (id: string) => {
  const rows = await api.query(
    'SELECT action FROM audit_entry WHERE submission_id = $1 ORDER BY id',
    [id],
  )
  return rows.map(({ action }) => action)
}
const eventTypes = async (id: string) => {
  const events = await api.store.submissions.events('lab-1', id, 0)
  return events.map(({ type }) => type)
}

describe('actions of a person', () => {
  it.each([
    ['approve', 'approve', {}],
    ['reject', 'reject', { reason: 'Неверный шаблон' }],
    ['retry', 'retry', { reason: 'Сертификат заменён' }],
    ['retry', 'retry', {}],
    ['abandon', 'abandon', { reason: 'Дубль' }],
    ['cancel', 'cancel', { reason: 'Ошибка регистратуры' }],
  ])('%s reaches the workflow as %s and the timeline', async (action, call, payload) => {
    const id = await submit(api, `X-${action}-${Object.keys(payload).length}`)
    const answer = await act(id, action, payload)
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json().id).toBe(id)
    expect(api.workflows.calls).toMatchObject([{ name: call, submissionId: id, input: payload }])
    expect(await eventTypes(id)).toContain(`person.${action}`)
  })

  it('accepts an empty body where no reason is needed', async () => {
    const id = await submit(api, 'X-empty')
    const answer = await api.send({ method: 'POST', url: `/v1/submissions/${id}/approve` })
    expect(answer.statusCode, answer.body).toBe(200)
  })

  it.each(['reject', 'abandon', 'cancel', 'hold'])('%s asks for a reason', async (action) => {
    const id = await submit(api, `X-why-${action}`)
    const answer = await act(id, action)
    expect(answer.statusCode).toBe(422)
    expect(answer.json().errors).toEqual([
      { pointer: '/reason', code: 'field-required', detail: 'Поле обязательно.' },
    ])
    expect(api.workflows.calls).toEqual([])
  })

  it('answers 409 with the reason when the workflow refuses, and writes nothing', async () => {
    const id = await submit(api, 'X-refused')
    const details = { reason: 'abandoned-by-operator' }
    api.workflows.failure = new AppError('update-refused', 'permanent', { details })
    const answer = await act(id, 'approve')
    expect(answer.statusCode).toBe(409)
    expect(answer.json()).toMatchObject({
      code: 'update-refused',
      reason: 'abandoned-by-operator',
      detail: 'Отправка прекращена сотрудником.',
    })
    expect(await eventTypes(id)).not.toContain('person.approve')
  })

  it('answers 503 while Temporal is away', async () => {
    const id = await submit(api, 'X-away')
    api.workflows.failure = new AppError('temporal-unavailable', 'transient')
    const answer = await act(id, 'cancel', { reason: 'Проверка' })
    expect(answer.statusCode).toBe(503)
    expect(answer.json().code).toBe('temporal-unavailable')
    expect(answer.headers['retry-after']).toBe('5')
  })

  it('keeps a hold, with who and why on record, even when Temporal cannot be told or has no run of it', async () => {
    const id = await submit(api, 'X-hold')
    api.workflows.failure = new AppError('temporal-unavailable', 'transient')
    expect((await act(id, 'hold', { reason: 'Судебный запрос' })).statusCode).toBe(200)
    expect((await api.store.submissions.find('lab-1', id))?.holdReason).toBe('Судебный запрос')
    expect((await act(id, 'release')).statusCode).toBe(200)
    expect((await api.store.submissions.find('lab-1', id))?.holdReason).toBeNull()
    expect(await eventTypes(id)).toEqual(expect.arrayContaining(['person.hold', 'person.release']))
    expect(await audited(id)).toEqual(['submission.hold', 'submission.release'])
    const told = await api.query(
      `SELECT message->>'placed' AS placed FROM outbox
       WHERE submission_id = $1 AND message->>'kind' = 'hold-changed' ORDER BY id`,
      [id],
    )
    expect(told).toEqual([{ placed: 'true' }, { placed: 'false' }])
  })

  it('is on record before the run is told, and what is refused is on record as that', async () => {
    const id = await submit(api, 'X-record')
    api.workflows.failure = new AppError('temporal-unavailable', 'transient')
    await act(id, 'cancel', { reason: 'Проверка' })
    expect(await audited(id)).toEqual(['submission.cancel', 'submission.cancel.failed'])
    expect(await eventTypes(id)).not.toContain('person.cancel')
  })

  it.each([
    ['a NUL', '\u0000'],
    ['a control character', 'при\u0007чина'],
    ['a turned direction', 'при\u202eчина'],
    ['a sign without a width', 'при\u200bчина'],
    ['half a character', '\ud800'],
  ])('a reason with %s is refused before anything happens', async (name, text) => {
    const id = await submit(api, `X-text-${name.length}`)
    for (const action of ['approve', 'reject', 'abandon', 'cancel', 'hold', 'release']) {
      const answer = await act(id, action, { reason: text })
      expect(answer.statusCode, action).toBe(422)
      expect(answer.json().errors).toMatchObject([{ pointer: '/reason', code: 'field-invalid' }])
    }
    expect(api.workflows.calls).toEqual([])
    expect(await audited(id)).toEqual([])
  })
})

describe('signatures of persons', () => {
  const signature = Buffer.alloc(300, 7).toString('base64')

  it('stores the bytes and passes their id', async () => {
    const id = await submit(api, 'Y-1')
    expect((await act(id, 'signatures', { signature })).statusCode).toBe(200)
    expect((await act(id, 'signatures', { signature })).statusCode).toBe(200)
    const blobs = api.workflows.calls.map(({ input }) => (input as { blobId: string }).blobId)
    expect(new Set(blobs).size).toBe(1)
    const stored = await api.store.artefacts.readById(blobs[0] ?? '')
    expect(stored).toMatchObject({ kind: 'personal-signature', version: 1 })
    expect(stored?.bytes.toString('base64')).toBe(signature)
  })

  it('answers 422 with the code when the signature does not fit', async () => {
    const id = await submit(api, 'Y-2')
    api.workflows.signatureVerdict = { accepted: false, code: 'signature-digest-mismatch' }
    const answer = await act(id, 'signatures', { signature })
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({
      code: 'signature-refused',
      errors: [{ pointer: '/signature', code: 'signature-digest-mismatch' }],
    })
  })

  it.each(['', 'не base64', 'AAAA'])('refuses %j', async (text) => {
    const id = await submit(api, `Y-${text}`)
    expect((await act(id, 'signatures', { signature: text })).statusCode).toBe(422)
  })
})

describe('corrections', () => {
  const corrected = (resultId: string) =>
    jsonResult(resultId, {
      patient: { ...jsonResult('').patient, givenName: 'Гордислава' },
      notes: ['Исправлено имя'],
    })

  it('stores version 2 with the names of what changed and tells the workflow', async () => {
    const id = await submit(api, 'C-1')
    await advance(api, id, { phase: 'needs-correction', lastVerdict: 'rejected' })
    const answer = await api.send({
      method: 'POST',
      url: `/v1/submissions/${id}/corrections`,
      payload: corrected('C-1'),
      headers: { 'gonets-reason': encodeURIComponent('Опечатка в имени') },
    })
    expect(answer.statusCode, answer.body).toBe(202)
    expect(answer.json().version).toBe(2)
    await api.settle()
    expect(api.workflows.delivered).toContainEqual(
      expect.objectContaining({ kind: 'corrected', submissionId: id, version: 2 }),
    )
    const view = await api.store.submissions.find('lab-1', id)
    expect(view?.versions[1]).toMatchObject({
      changedFields: ['/patient/givenName', '/notes/0'],
      reason: 'Опечатка в имени',
    })
  })

  it('is refused unless the submission waits for it', async () => {
    const id = await submit(api, 'C-2')
    const url = `/v1/submissions/${id}/corrections`
    const answer = await api.send({ method: 'POST', url, payload: corrected('C-2') })
    expect(answer.statusCode).toBe(409)
    expect(answer.json().code).toBe('not-awaiting-correction')
  })

  it('is refused for another result or analysis, several results, an unfinished one, a broken one', async () => {
    const id = await submit(api, 'C-3')
    await advance(api, id, { phase: 'needs-correction' })
    const url = `/v1/submissions/${id}/corrections`
    const other = await api.send({ method: 'POST', url, payload: corrected('C-4') })
    expect(other.json()).toMatchObject({ status: 422, code: 'correction-source-mismatch' })
    for (const status of ['preliminary', 'cancelled']) {
      const payload = { ...corrected('C-3'), status }
      const unfinished = await api.send({ method: 'POST', url, payload })
      expect(unfinished.json().errors, status).toMatchObject([{ pointer: '/status' }])
    }
    const analysis = { code: 'CRP', codeSystem: 'local', name: 'СРБ' }
    const payload = { ...corrected('C-3'), analysis }
    const otherAnalysis = await api.send({ method: 'POST', url, payload })
    expect(otherAnalysis.json()).toMatchObject({ status: 422, code: 'correction-source-mismatch' })
    const headers = { 'content-type': 'application/hl7-v2' }
    const several = [hl7Result('C-3'), 'OBR|2||C-3|CRP^СРБ^L|||||||||||||||||||||X'].join('\r')
    const both = await api.send({ method: 'POST', url, payload: several, headers })
    expect(both.json()).toMatchObject({ status: 422, code: 'validation-failed' })
    const broken = hl7Result('C-3', { drop: 'OBX' })
    const answer = await api.send({ method: 'POST', url, payload: broken, headers })
    expect(answer.statusCode).toBe(422)
    expect((await api.store.submissions.find('lab-1', id))?.version).toBe(1)
  })
})
