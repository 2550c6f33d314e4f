import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Standing } from '../../domain/intake/standing.ts'
import { type Act, refusalOf } from '../../domain/submission/acts.ts'
import type { Phase } from '../../domain/submission/phase.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { jsonResult } from './support/results.ts'
import { advance, submit } from './support/submission.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())

const post = (id: string, action: string, payload: object) =>
  api.send({ method: 'POST', url: `/v1/submissions/${id}/${action}`, payload })
const decide = (id: string, changes: object = {}) =>
  post(id, 'decisions', {
    ...{ question: 'which-word', decision: 'newest', reason: 'Лаборатория подтвердила' },
    ...changes,
  })
async function contested(resultId: string) {
  const head = await submit(api, resultId)
  return { head, id: await submit(api, resultId, { notes: ['Повторено'] }) }
}

describe('a decision', () => {
  it('lets the contested result take the place, and says so to both', async () => {
    const { head, id } = await contested('D-1')
    const answer = await decide(id)
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json()).toMatchObject({ id, phase: 'checking-consent' })
    const before = await api.store.submissions.find('lab-1', head)
    expect(before).toMatchObject({ standing: 'superseded', replacedBy: id })
    await api.settle()
    const kinds = api.workflows.delivered
      .filter(({ submissionId }) => submissionId === head)
      .map(({ kind }) => kind)
    expect(kinds).toContain('superseded')
  })

  it('is answered once: the second person is told so', async () => {
    const { id } = await contested('D-2')
    expect((await decide(id, { decision: 'outdated' })).statusCode).toBe(200)
    const again = await decide(id)
    expect(again.statusCode).toBe(409)
    expect(again.json().code).toBe('question-not-asked')
  })

  it.each([
    ['an answer that the question does not have', { decision: 'perhaps' }, '/decision'],
    ['an unknown question', { question: 'why' }, '/question'],
    ['no reason', { reason: undefined }, '/reason'],
  ])('with %s is refused', async (what, changes, pointer) => {
    const { id } = await contested(`D-3 ${what}`)
    const answer = await decide(id, changes)
    expect(answer.statusCode).toBe(422)
    expect(answer.json().errors[0].pointer).toBe(pointer)
  })

  it('about a stranger’s submission finds nothing', async () => {
    const { id } = await contested('D-4')
    const key = await api.keyOf(['operate'], 'lab-2')
    const answer = await api.send({
      method: 'POST',
      url: `/v1/submissions/${id}/decisions`,
      payload: { question: 'which-word', decision: 'newest', reason: 'x' },
      key,
    })
    expect(answer.statusCode).toBe(404)
    expect(await api.store.submissions.find('lab-1', id)).toMatchObject({ standing: 'contested' })
  })
})

describe('an act on what no longer counts', () => {
  it.each(['approve', 'retry', 'reject', 'abandon', 'cancel'])('%s: replaced', async (action) => {
    const id = await submit(api, `A-${action}`)
    const next = await submit(api, `A-${action}`, { status: 'corrected', notes: ['Исправлено'] })
    api.workflows.calls.length = 0
    const answer = await post(id, action, { reason: 'Нажато по ошибке' })
    expect(answer.statusCode).toBe(409)
    expect(answer.json()).toMatchObject({
      code: 'submission-replaced',
      links: { replacedBy: `/v1/submissions/${next}` },
    })
    expect(api.workflows.calls).toEqual([])
  })

  it.each([
    ['retained', 'submission-retained'],
    ['destroyed', 'submission-destroyed'],
  ] as const)('cancel: %s', async (phase, code) => {
    const id = await submit(api, `C-${phase}`)
    await advance(api, id, { phase })
    const answer = await post(id, 'cancel', { reason: 'Поздно' })
    expect([answer.statusCode, answer.json().code]).toEqual([409, code])
  })

  it('a correction of what was replaced is refused, whatever its phase', async () => {
    const id = await submit(api, 'C-replaced')
    await submit(api, 'C-replaced', { status: 'corrected', notes: ['Исправлено'] })
    await advance(api, id, { phase: 'needs-correction' })
    const answer = await post(id, 'corrections', jsonResult('C-replaced', { notes: ['Ещё'] }))
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'submission-replaced'])
  })

  it('is refused by one rule for every act', () => {
    const acts: Act[] = [
      'approve',
      'reject',
      'retry',
      'abandon',
      'cancel',
      'correct',
      'add-signature',
    ]
    const refused = (phase: Phase, standing: Standing) =>
      acts.map((act) => refusalOf(act, { phase, standing }))
    expect(new Set(refused('needs-attention', 'superseded'))).toEqual(
      new Set(['submission-replaced']),
    )
    expect(new Set(refused('awaiting-decision', 'contested'))).toEqual(
      new Set(['submission-awaits-decision']),
    )
    expect(new Set(refused('needs-attention', 'questioned'))).toEqual(new Set([undefined]))
    expect(refusalOf('hold', { phase: 'retained', standing: 'superseded' })).toBeUndefined()
    expect(refusalOf('hold', { phase: 'destroyed', standing: 'current' })).toBe(
      'submission-destroyed',
    )
  })
})
