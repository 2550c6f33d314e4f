import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { hl7Result, jsonResult } from './support/results.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())
beforeEach(() => {
  api.workflows.failure = undefined
  api.workflows.gate = undefined
})

const post = (payload: object | string, contentType = 'application/json') =>
  api.send({
    method: 'POST',
    url: '/v1/submissions',
    payload,
    headers: { 'content-type': contentType },
  })
const startsOf = (id: string) =>
  api.workflows.delivered.filter((m) => m.kind === 'start-submission' && m.submissionId === id)

describe('POST /v1/submissions', () => {
  it('accepts a JSON result: 202, Location, a started workflow', async () => {
    const answer = await post(jsonResult('R-1'))
    expect(answer.statusCode, answer.body).toBe(202)
    const body = answer.json()
    expect(body).toMatchObject({
      phase: 'checking-consent',
      status: 'processing',
      statusText: 'В обработке',
      version: 1,
    })
    expect(answer.headers.location).toBe(`/v1/submissions/${body.id}`)
    expect(body.links.self).toBe(answer.headers.location)
    await api.settle()
    expect(startsOf(body.id)).toMatchObject([
      {
        organizationId: 'lab-1',
        registry: 'portal',
        policy: { legalBasis: 'consent', sendAttempts: 8 },
      },
    ])
  })

  it('accepts HL7 v2 and keeps the bytes as they came', async () => {
    const message = hl7Result('R-2')
    const answer = await post(message, 'application/hl7-v2; charset=utf-8')
    expect(answer.statusCode, answer.body).toBe(202)
    const source = await api.store.artefacts.read(answer.json().id, 'source')
    expect(source?.bytes.toString('utf8')).toBe(message)
  })

  it('reads windows-1251 when the header says so', async () => {
    const message = hl7Result('R-1251').replace('UNICODE UTF-8', '')
    const bytes = Buffer.from(
      [...message].map((letter) => {
        const point = letter.codePointAt(0) ?? 0
        return point >= 0x410 && point <= 0x44f ? point - 0x350 : point
      }),
    )
    const answer = await api.send({
      method: 'POST',
      url: '/v1/submissions',
      payload: bytes,
      headers: { 'content-type': 'application/hl7-v2; charset=windows-1251' },
    })
    expect(answer.statusCode, answer.body).toBe(202)
    const report = await api.store.artefacts.read(answer.json().id, 'report')
    expect(report?.bytes.toString('utf8')).toContain('Горислава')
  })

  it('answers a repeat with 200 and the true state of the first', async () => {
    const first = await post(jsonResult('R-3'))
    const id = first.json().id
    await api.store.journal.commit({
      key: { submissionId: id, version: 1, step: 'cancel', round: 1 },
      outcome: null,
      patch: { phase: 'cancelled', reason: 'cancelled-by-operator' },
      events: [],
    })
    const repeat = await post(jsonResult('R-3'))
    expect(repeat.statusCode).toBe(200)
    expect(repeat.json()).toMatchObject({ id, phase: 'cancelled', statusText: 'Остановлено' })
    await api.settle()
    expect(startsOf(id)).toHaveLength(1)
  })

  it('records other content under the same number for a person to decide: 202, and nothing starts', async () => {
    const first = await post(jsonResult('R-4'))
    await api.settle()
    const other = await post(jsonResult('R-4', { notes: ['Гемолиз'] }))
    expect(other.statusCode).toBe(202)
    const { id, phase } = other.json()
    expect(phase).toBe('awaiting-decision')
    expect(id).not.toBe(first.json().id)
    await api.settle()
    expect(startsOf(id)).toHaveLength(0)
  })

  it('records a preliminary result without starting anything, and starts with its final one', async () => {
    const preliminary = await post(jsonResult('R-5', { status: 'preliminary' }))
    expect(preliminary.statusCode, preliminary.body).toBe(202)
    const { id } = preliminary.json()
    expect(preliminary.json().phase).toBe('awaiting-final')
    await api.settle()
    expect(startsOf(id)).toHaveLength(0)
    const final = await post(jsonResult('R-5'))
    expect(final.statusCode).toBe(202)
    expect(final.json().id).toBe(id)
    await api.settle()
    expect(startsOf(id)).toHaveLength(1)
  })

  it('makes one submission of twenty parallel identical posts', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(jsonResult('R-6'))))
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    expect(statuses).toEqual([...Array(19).fill(200), 202])
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1)
    await api.settle()
    expect(startsOf(answers[0]?.json().id)).toHaveLength(1)
  })

  it('answers before Temporal does', async () => {
    const gate = Promise.withResolvers<void>()
    api.workflows.gate = gate.promise
    const answer = await post(jsonResult('R-7'))
    expect(answer.statusCode).toBe(202)
    expect(startsOf(answer.json().id)).toHaveLength(0)
    gate.resolve()
    await api.settle()
    expect(startsOf(answer.json().id)).toHaveLength(1)
  })

  it('accepts while Temporal is away and leaves the start in the outbox', async () => {
    api.workflows.failure = new AppError('temporal-unavailable', 'transient')
    const answer = await post(jsonResult('R-8'))
    expect(answer.statusCode).toBe(202)
    await api.settle()
    expect(startsOf(answer.json().id)).toHaveLength(0)
    expect(api.log.some((line) => line.includes('temporal-unavailable'))).toBe(true)
  })

  it('keeps organisations apart: the same number of another one is another submission', async () => {
    const ours = await post(jsonResult('R-9'))
    const key = await api.keyOf(['submit'], 'lab-2')
    const theirs = await api.send({
      method: 'POST',
      url: '/v1/submissions',
      payload: jsonResult('R-9'),
      key,
    })
    expect(theirs.statusCode).toBe(202)
    expect(theirs.json().id).not.toBe(ours.json().id)
  })
})

describe('a message of several analyses', () => {
  const both = (resultId: string) =>
    [
      hl7Result(resultId),
      `OBR|2|ORD-1|${resultId}|PCR^ПЦР^L|||20260211090000+0300|||||||||||||||20260211093000+0300|||F`,
      'OBX|1|ST|RNA^РНК^L||не обнаружено||||||F',
    ].join('\r')

  it('becomes one submission each, and its repeat none', async () => {
    const answer = await post(both('M-1'), 'application/hl7-v2')
    expect(answer.statusCode, answer.body).toBe(202)
    const { id, others } = answer.json()
    expect(others).toHaveLength(1)
    const found = await Promise.all(
      [id, others[0].id].map((one: string) => api.store.submissions.find('lab-1', one)),
    )
    expect(found.map((view) => view?.analysisCode)).toEqual(['GLU', 'PCR'])
    expect(new Set(found.map((view) => view?.setId)).size).toBe(2)
    const again = await post(both('M-1'), 'application/hl7-v2')
    expect([again.statusCode, again.json().id, again.json().others[0].id]).toEqual([
      ...[200, id, others[0].id],
    ])
  })

  it('is a repeat only as a whole: a result more is news', async () => {
    const lone = await post(hl7Result('M-3'), 'application/hl7-v2')
    expect(lone.json().others).toEqual([])
    const more = await post(both('M-3'), 'application/hl7-v2')
    expect([more.statusCode, more.json().id]).toEqual([202, lone.json().id])
    expect(more.headers.location).toBe(`/v1/submissions/${lone.json().id}`)
    expect((await post(both('M-3'), 'application/hl7-v2')).statusCode).toBe(200)
  })

  it('says of which result it is not clear which word is the last', async () => {
    await post(both('M-4'), 'application/hl7-v2')
    const changed = both('M-4').replace('не обнаружено', 'обнаружено')
    const answer = await post(changed, 'application/hl7-v2')
    expect(answer.statusCode).toBe(202)
    const { warnings, others } = answer.json()
    expect(warnings).toBeUndefined()
    expect(others[0].warnings).toMatchObject([{ code: 'result-contested', severity: 'warning' }])
  })

  it('goes the way of its own status with each', async () => {
    const message = [
      both('M-5'),
      'OBR|3|ORD-1|M-5|CRP^СРБ^L|||||||||||||||||||||X',
      'OBR|4|ORD-1|M-5|ESR^СОЭ^L|||||||||||||||||||||P',
      'OBX|1|NM|ESR^СОЭ^L||||||||P',
    ].join('\r')
    const answer = (await post(message, 'application/hl7-v2')).json()
    const phases = [answer, ...answer.others].map(({ phase }: { phase: string }) => phase)
    expect(phases).toEqual([
      ...['checking-consent', 'checking-consent', 'cancelled', 'awaiting-final'],
    ])
  })

  it('keeps the message with each', async () => {
    const { id, others } = (await post(both('M-6'), 'application/hl7-v2')).json()
    for (const one of [id, others[0].id]) {
      const source = await api.store.artefacts.read(one, 'source')
      expect(source?.bytes.toString('utf8')).toBe(both('M-6'))
    }
  })

  it('of which one is corrected replaces that one alone', async () => {
    const first = (await post(both('M-2'), 'application/hl7-v2')).json()
    const corrected = both('M-2').replace('не обнаружено||||||F', 'обнаружено||||||C')
    const next = (await post(corrected, 'application/hl7-v2')).json()
    expect(next.id, 'the other is a repeat').toBe(first.id)
    const view = await api.store.submissions.find('lab-1', next.others[0].id)
    expect(view?.replaces).toBe(first.others[0].id)
  })
})

describe('panels that are wanted in one document', () => {
  const both = (resultId: string, status = 'F') =>
    [
      hl7Result(resultId),
      `OBR|2|ORD-1|${resultId}|PCR^ПЦР^L|||20260211090000+0300|||||||||||||||20260211093000+0300|||${status}`,
      `OBX|1|ST|RNA^РНК^L||не обнаружено||||||${status}`,
    ].join('\r')
  const template = (code: string, analysis: string, panels: string[] = []) => ({
    ...{ code, title: code, serviceCodes: [], requiredFields: [], personalSignatures: 0, panels },
    analysisCodes: [{ codeSystem: 'local', code: analysis }],
  })

  it('are one submission; one of them corrected alone is refused, and both together take its place', async () => {
    for (const draft of [
      template('glucose', 'GLU'),
      template('pcr', 'PCR'),
      template('checkup', 'CHECK', ['glucose', 'pcr']),
    ])
      await api.store.templates.save('lab-1', draft, 'key-1')
    const first = await post(both('P-1'), 'application/hl7-v2')
    expect([first.statusCode, first.json().others]).toEqual([202, []])
    const view = await api.store.submissions.find('lab-1', first.json().id)
    expect(view?.analysisCode).toBe('CHECK')
    const alone = both('P-1', 'C').split('\rOBR|2')
    const corrected = await post(
      `${(alone[0] ?? '').split('\rOBR')[0]}\rOBR|2${alone[1]}`,
      'application/hl7-v2',
    )
    expect([corrected.statusCode, corrected.json().code]).toEqual([409, 'panel-of-joined-document'])
    const again = await post(both('P-1', 'C'), 'application/hl7-v2')
    expect(again.statusCode, again.body).toBe(202)
    expect((await api.store.submissions.find('lab-1', again.json().id))?.replaces).toBe(view?.id)
  })
})
