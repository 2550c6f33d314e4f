import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Right } from '../../adapters/storage/port.ts'
import { ARTEFACT_FILES } from '../../api/routes/submissions/artefact-files.ts'
import { createHarness, type Harness } from './support/harness.ts'
import { jsonResult } from './support/results.ts'
import { advance, submit } from './support/submission.ts'

const RIGHTS: readonly Right[] = ['submit', 'read', 'read-body', 'operate', 'configure']
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
interface Route {
  readonly method: Method
  readonly path: string
}

let api: Harness
let routes: Route[]
let id: string
let stranger: string
/** What a caller of each route would send, of lab-1's own. A new route that takes something has to say so here. */
let bodies: Record<string, object>
/** Of what the last part of the path names. */
let owned: Record<string, string>

beforeAll(async () => {
  api = await createHarness()
  const { paths } = JSON.parse((await api.send({ method: 'GET', url: '/openapi.json' })).body)
  routes = Object.entries(paths as Record<string, object>)
    .filter(([path]) => path.startsWith('/v1/') && path.includes('{'))
    .flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => ({ path, method: method.toUpperCase() as Method })),
    )
  id = await submit(api, 'S-1')
  const blobs = ARTEFACT_FILES.filter(({ kind }) => kind !== 'source').map(({ kind }) => ({
    ...{ id: randomUUID(), kind, mediaType: 'application/octet-stream' },
    bytes: Buffer.from(`bytes of ${kind}`),
  }))
  await advance(api, id, { phase: 'retained' }, blobs)
  const template = { title: 'Анализ', serviceCodes: ['B03.016.002'] }
  await api.send({ method: 'PUT', url: '/v1/templates/own', payload: template })
  const consent = await api.send({
    method: 'POST',
    url: '/v1/consents',
    payload: {
      ...{ number: 'С-1', givenAt: '2026-01-01T10:00:00+03:00', scope: 'full' },
      ...{ confirmationMethod: 'paper', patient: jsonResult('S-1').patient },
    },
  })
  expect(consent.statusCode, consent.body).toBe(201)
  owned = {
    submissions: id,
    consents: consent.json().id as string,
    organizations: 'lab-1',
    templates: 'own',
  }
  const reason = { reason: 'Проверка' }
  const decision = { question: 'which-word', decision: 'newest', ...reason }
  const { id: _, ...organization } = (
    await api.send({ method: 'GET', url: '/v1/organizations/lab-1' })
  ).json()
  const { registry: _r, environment: _e, ...writable } = organization
  bodies = {
    ...Object.fromEntries(
      ['approve', 'retry', 'release', 'reject', 'abandon', 'cancel', 'hold'].map((act) => [
        `POST /v1/submissions/{id}/${act}`,
        reason,
      ]),
    ),
    'POST /v1/submissions/{id}/decisions': decision,
    'POST /v1/submissions/{id}/corrections': jsonResult('S-1'),
    'POST /v1/submissions/{id}/signatures': { signature: 'A'.repeat(64) },
    'POST /v1/consents/{id}/withdraw': reason,
    'POST /v1/templates/{code}/confirm': {},
    'PUT /v1/organizations/{id}': writable,
  }
  stranger = await api.keyOf(RIGHTS, 'lab-2')
})
afterAll(() => api.close())

/** A stranger writes into its own templates by that name: nothing of ours is touched. */
const OWN_NAMES = ['PUT /v1/templates/{code}']

function requestOf({ method, path }: Route) {
  const resource = path.split('/')[2] ?? ''
  const value = owned[resource]
  if (value === undefined) throw new Error(`whose is a thing of /v1/${resource}?`)
  const payload = bodies[`${method} ${path}`]
  if (method !== 'GET' && payload === undefined)
    throw new Error(`what does ${method} ${path} take?`)
  const url = path.replace(/\{\w+\}/, value)
  return { method, url, ...(payload && { payload }) }
}

it('a key of another organisation finds nothing of ours, whatever it tries', async () => {
  const tried = routes.filter(({ method, path }) => !OWN_NAMES.includes(`${method} ${path}`))
  expect(tried.length).toBeGreaterThan(25)
  const before = await api.query('SELECT count(*) FROM event WHERE submission_id = $1', [id])
  for (const route of tried) {
    const answer = await api.send({ ...requestOf(route), key: stranger })
    expect(answer.statusCode, `${route.method} ${route.path} ${answer.body}`).toBe(404)
    expect(answer.json().code).toMatch(/-not-found$/)
  }
  expect(api.workflows.calls).toEqual([])
  const after = await api.query('SELECT count(*) FROM event WHERE submission_id = $1', [id])
  expect(after).toEqual(before)
  const journal = await api.query("SELECT action FROM audit_entry WHERE organization_id = 'lab-2'")
  expect(journal).toEqual([])
})

it('our own key finds all of it: the questions above are asked of what is there', async () => {
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const answer = await api.send(requestOf(route))
    expect(answer.statusCode, `${route.path} ${answer.body.slice(0, 200)}`).toBe(200)
  }
})

it('each artefact that is read stands in the journal', async () => {
  await api.query("DELETE FROM audit_entry WHERE action = 'artefact.read'")
  for (const { name } of ARTEFACT_FILES)
    await api.send({ method: 'GET', url: `/v1/submissions/${id}/${name}`, rights: ['read-body'] })
  const read = await api.query(
    "SELECT target FROM audit_entry WHERE submission_id = $1 AND action = 'artefact.read'",
    [id],
  )
  expect(read.map(({ target }) => target).sort()).toEqual(
    ARTEFACT_FILES.map(({ kind }) => `${kind}/1`).sort(),
  )
})

it('the store itself gives events to their owner alone', async () => {
  expect(await api.store.submissions.events('lab-2', id, 0)).toEqual([])
  expect(await api.store.submissions.find('lab-2', id)).toBeUndefined()
  expect(await api.store.submissions.events('lab-1', id, 0)).not.toEqual([])
})
