import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Right } from '../../adapters/storage/port.ts'
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

  it('refuses a second template with the same code, and names the field', async () => {
    const twin = { ...draft, title: 'Двойник', serviceCodes: ['A01', 'A09.05.023'] }
    const answer = await call('PUT', '/v1/templates/a-twin', twin)
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'template-code-taken'])
    expect(pointers(answer)).toEqual(['/serviceCodes/1', '/analysisCodes/0'])
    expect(answer.json().detail).toContain('glucose')
    expect((await call('GET', '/v1/templates/a-twin')).statusCode).toBe(404)
  })

  it('joins panels that exist', async () => {
    const joint = { title: 'Обследование', serviceCodes: ['B01'], panels: ['glucose', 'none'] }
    const wrong = await call('PUT', '/v1/templates/joint', joint)
    expect([wrong.statusCode, pointers(wrong)]).toEqual([422, ['/panels/1']])
    const right = await call('PUT', '/v1/templates/joint', { ...joint, panels: ['glucose'] })
    expect(right.json()).toMatchObject({ code: 'joint', panels: ['glucose'] })
    expect((await call('GET', '/v1/templates/glucose')).json().panels).toEqual([])
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
    targetCode: '1003870',
    targetName: 'Глюкоза',
  }
  const unit = {
    kind: 'unit',
    codeSystem: 'local',
    code: 'ммоль/л',
    targetCode: '195',
    targetName: 'ммоль/л',
  }
  const strange = { ...unit, code: 'мг%', targetCode: '62', targetName: 'мг/дл' }
  const confirm = (payload: object, rights: Right[] = ['configure']) =>
    api.send({ method: 'POST', url: '/v1/code-mappings/confirm', payload, rights })

  it('takes one or a list, replaces, filters and removes', async () => {
    const first = await call('POST', '/v1/code-mappings', glucose)
    expect(first.statusCode, first.body).toBe(200)
    expect(first.json().items).toEqual([{ ...glucose, confirmed: true }])
    const fullName = 'Глюкоза, молярная концентрация в сыворотке или плазме крови'
    const both = [{ ...glucose, targetName: fullName }, unit]
    expect((await call('PUT', '/v1/code-mappings', both)).statusCode).toBe(200)
    expect((await call('GET', '/v1/code-mappings')).json().items).toHaveLength(2)
    const observations = await call('GET', '/v1/code-mappings?kind=observation')
    expect(observations.json().items).toMatchObject([{ targetName: fullName, confirmed: true }])
    const url = `/v1/code-mappings?kind=unit&codeSystem=local&code=${encodeURIComponent('ммоль/л')}`
    expect((await call('DELETE', url)).statusCode).toBe(204)
    expect((await call('DELETE', url)).json().code).toBe('code-mapping-not-found')
  })

  it('takes the README’s example with one call', async () => {
    const example =
      '{"kind":"observation","codeSystem":"local","code":"HGB","targetCode":"1017128","targetName":"Гемоглобин общий"}'
    const answer = await call('POST', '/v1/code-mappings', JSON.parse(example))
    expect(answer.json().items).toMatchObject([{ code: 'HGB', confirmed: true }])
  })

  it('refuses what is provably wrong, and names the field', async () => {
    const wrong = [
      { ...unit, code: 'г/л' },
      { ...glucose, code: 'PLT', targetName: 'Тромбоциты' },
      { ...unit, code: 'г/л', targetCode: '60', targetName: 'г/л' },
    ]
    const answer = await call('POST', '/v1/code-mappings', wrong)
    expect(answer.statusCode).toBe(422)
    const found = answer.json().errors as { pointer: string; code: string }[]
    expect(found.map(({ pointer, code }) => [pointer, code]).toSorted()).toEqual([
      ['/0/targetCode', 'unit-dimension-differs'],
      ['/1/targetName', 'code-name-wrong'],
      ['/2/code', 'mapping-repeated'],
    ])
    const single = await call('POST', '/v1/code-mappings', wrong[0])
    expect(pointers(single)).toEqual(['/targetCode'])
    const { items } = (await call('GET', '/v1/code-mappings')).json()
    expect(items.map(({ code }: { code: string }) => code)).not.toContain('г/л')
  })

  it('has a second person confirm what nobody can check', async () => {
    const saved = await call('POST', '/v1/code-mappings', [strange, { ...strange, code: 'у.е.' }])
    expect(saved.statusCode, saved.body).toBe(200)
    expect(saved.json().items).toMatchObject([{ confirmed: false, reason: expect.any(String) }, {}])
    const { targetName: _, ...seen } = strange
    const own = await call('POST', '/v1/code-mappings/confirm', seen)
    expect([own.statusCode, own.json().code]).toEqual([409, 'second-person-required'])
    expect((await confirm(seen, ['operate'])).statusCode).toBe(403)
    const changed = await confirm([seen, { ...seen, code: 'у.е.', targetCode: '60' }])
    expect([changed.statusCode, changed.json().code]).toEqual([409, 'code-mapping-changed'])
    expect(pointers(changed)).toEqual(['/1'])
    expect((await confirm({ ...seen, code: 'нет' })).json().code).toBe('code-mapping-not-found')
    const done = await confirm(seen)
    expect(done.statusCode, done.body).toBe(200)
    expect(done.json().items).toEqual([{ ...strange, confirmed: true }])
    const { items } = (await call('GET', '/v1/code-mappings?kind=unit')).json()
    expect(items).toMatchObject([
      { code: 'мг%', confirmed: true },
      { code: 'у.е.', confirmed: false },
    ])
  })

  it('refuses to confirm what is provably wrong by now', async () => {
    const entry = { ...strange, code: 'wrong-by-now' }
    await call('POST', '/v1/code-mappings', entry)
    const names = ['Децилитр']
    await api.store.codeLists.replace(
      {
        ...{ name: 'units', version: '9', extent: 'part' },
        entries: [
          { ...{ code: '62', name: 'дл', names }, dimension: 'Объем', base: '14', factor: 0.1 },
        ],
      },
      'cli',
    )
    const answer = await confirm({ ...entry, targetName: undefined })
    expect([answer.statusCode, pointers(answer)]).toEqual([422, ['/targetName']])
    await api.store.codeLists.replace(
      { name: 'units', version: '9', extent: 'part', entries: [] },
      'cli',
    )
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
