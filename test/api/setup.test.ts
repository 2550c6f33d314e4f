import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHarness, type Harness, LABORATORY } from './support/harness.ts'

let api: Harness
beforeAll(async () => {
  api = await createHarness()
})
afterAll(() => api.close())

const call = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) =>
  api.send({ method, url, ...(payload && { payload }) })
const pointers = (answer: { json(): { errors: { pointer: string }[] } }) =>
  answer.json().errors.map(({ pointer }) => pointer)

describe('/v1/templates', () => {
  const draft = {
    title: 'Глюкоза крови',
    serviceCodes: ['A09.05.023'],
    analysisCodes: [{ codeSystem: 'local', code: 'GLU' }],
    requiredFields: ['/patient/snils'],
  }

  it('creates, versions and confirms', async () => {
    const created = await call('PUT', '/v1/templates/glucose', draft)
    expect(created.statusCode, created.body).toBe(200)
    expect(created.json()).toMatchObject({ code: 'glucose', version: 1, confirmed: false })
    const confirmed = await call('POST', '/v1/templates/glucose/confirm')
    expect(confirmed.json()).toMatchObject({ version: 1, confirmed: true })
    const same = await call('PUT', '/v1/templates/glucose', draft)
    expect(same.json()).toMatchObject({ version: 1, confirmed: true })
    const next = await call('PUT', '/v1/templates/glucose', { ...draft, personalSignatures: 1 })
    expect(next.json()).toMatchObject({ version: 2, confirmed: false })
    expect((await call('GET', '/v1/templates/glucose')).json().version).toBe(2)
    expect((await call('GET', '/v1/templates')).json().items).toHaveLength(1)
  })

  it('refuses places no result has', async () => {
    const wrong = { ...draft, requiredFields: ['patient.snils', '/colour'], serviceCodes: [] }
    const answer = await call('PUT', '/v1/templates/glucose', wrong)
    expect(pointers(answer)).toEqual(['/serviceCodes', '/requiredFields/0', '/requiredFields/1'])
  })

  it('does not find what is not there', async () => {
    expect((await call('GET', '/v1/templates/none')).json().code).toBe('template-not-found')
    expect((await call('POST', '/v1/templates/none/confirm')).statusCode).toBe(404)
  })
})

describe('/v1/code-mappings', () => {
  const glucose = {
    kind: 'observation',
    codeSystem: 'local',
    code: 'GLU',
    targetCode: '1017148',
    targetName: 'Глюкоза',
  }
  const unit = {
    kind: 'unit',
    codeSystem: 'local',
    code: 'ммоль/л',
    targetCode: '178',
    targetName: 'ммоль/л',
  }

  it('takes one or a list, replaces, filters and removes', async () => {
    expect((await call('POST', '/v1/code-mappings', glucose)).statusCode).toBe(200)
    const both = [{ ...glucose, targetName: 'Глюкоза крови' }, unit]
    expect((await call('PUT', '/v1/code-mappings', both)).statusCode).toBe(200)
    expect((await call('GET', '/v1/code-mappings')).json().items).toHaveLength(2)
    const observations = await call('GET', '/v1/code-mappings?kind=observation')
    expect(observations.json().items).toMatchObject([{ targetName: 'Глюкоза крови' }])
    const url = `/v1/code-mappings?kind=unit&codeSystem=local&code=${encodeURIComponent('ммоль/л')}`
    expect((await call('DELETE', url)).statusCode).toBe(204)
    expect((await call('DELETE', url)).json().code).toBe('code-mapping-not-found')
  })

  it('refuses codes that cannot be official', async () => {
    const wrong = [
      { ...glucose, targetCode: '101' },
      { ...unit, targetCode: 'mmol' },
    ]
    const answer = await call('POST', '/v1/code-mappings', wrong)
    expect(answer.statusCode).toBe(422)
    expect(pointers(answer)).toEqual(['/0/targetCode', '/1/targetCode'])
    const single = await call('POST', '/v1/code-mappings', { ...glucose, targetCode: '101' })
    expect(pointers(single)).toEqual(['/targetCode'])
  })

  it('refuses a template that does not exist', async () => {
    const analysis = { ...glucose, kind: 'analysis', targetCode: 'nowhere' }
    const answer = await call('POST', '/v1/code-mappings', [glucose, analysis])
    expect(pointers(answer)).toEqual(['/1/targetCode'])
  })
})

describe('/v1/organizations/:id', () => {
  const { id: _, registry: __, environment: ___, ...known } = LABORATORY

  it('shows and changes the own one, but not its environment', async () => {
    expect((await call('GET', '/v1/organizations/lab-1')).json()).toEqual(LABORATORY)
    const license = 'Л041-01137-77/00000000'
    const saved = await call('PUT', '/v1/organizations/lab-1', { ...known, license })
    expect(saved.statusCode, saved.body).toBe(200)
    expect(saved.json()).toEqual({ ...LABORATORY, license })
    const switched = await call('PUT', '/v1/organizations/lab-1', {
      ...known,
      environment: 'production',
    })
    expect(pointers(switched)).toEqual(['/environment'])
  })

  it('checks its numbers', async () => {
    const wrong = {
      ...known,
      inn: '7707083894',
      ogrn: '1027700132196',
      okpo: '123',
      kpp: '77',
      oid: 'oid',
      timeZone: 'Moscow',
    }
    const answer = await call('PUT', '/v1/organizations/lab-1', wrong)
    expect(pointers(answer)).toEqual(['/inn', '/ogrn', '/okpo', '/kpp', '/oid', '/timeZone'])
  })

  it('does not find any other', async () => {
    expect((await call('GET', '/v1/organizations/lab-2')).json().code).toBe(
      'organization-not-found',
    )
    expect((await call('PUT', '/v1/organizations/lab-2', known)).statusCode).toBe(404)
  })
})
