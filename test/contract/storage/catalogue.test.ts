import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'

let fixture: TestStore
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())

const TEMPLATE = {
  code: 'CBC',
  title: 'Общий анализ крови',
  serviceCodes: ['B03.016.002'],
  analysisCodes: [{ codeSystem: 'local', code: 'CBC' }],
  requiredFields: ['/patient/snils'],
  personalSignatures: 1,
}

describe('templates', () => {
  test('get a new, unconfirmed version with new content alone', async () => {
    const { save, confirm, get, list } = fixture.store.templates
    const saved = await Promise.all([1, 2, 3].map(() => save(LABORATORY.id, TEMPLATE, 'key-1')))
    expect(saved[0]).toEqual({
      ...TEMPLATE,
      version: 1,
      versionId: expect.any(String),
      confirmed: false,
    })
    expect(new Set(saved.map(({ versionId }) => versionId)).size).toBe(1)
    const confirmed = await confirm(LABORATORY.id, 'CBC', 'key-1')
    expect(confirmed).toEqual({ ...saved[0], confirmed: true })
    expect(await save(LABORATORY.id, TEMPLATE, 'key-1')).toEqual(confirmed)
    const second = await save(LABORATORY.id, { ...TEMPLATE, personalSignatures: 2 }, 'key-1')
    expect(second).toMatchObject({ version: 2, confirmed: false, personalSignatures: 2 })
    await save(LABORATORY.id, { ...TEMPLATE, code: 'BIO' }, 'key-1')
    expect(await get(LABORATORY.id, 'CBC')).toEqual(second)
    expect((await list(LABORATORY.id)).map(({ code, version }) => [code, version])).toEqual([
      ['BIO', 1],
      ['CBC', 2],
    ])
    expect(await get('lab-x', 'CBC')).toBeUndefined()
    expect(await confirm(LABORATORY.id, 'NONE', 'key-1')).toBeUndefined()
  })
})

test('code mappings are put, replaced, listed by kind and removed', async () => {
  const { put, list, remove } = fixture.store.codeMappings
  const unit = {
    kind: 'unit',
    codeSystem: 'local',
    code: 'г/л',
    targetCode: '86',
    targetName: 'г/л',
  } as const
  const test1 = {
    ...unit,
    kind: 'observation',
    code: 'HGB',
    targetCode: '1017148',
    targetName: 'Гемоглобин',
  } as const
  await put(LABORATORY.id, [unit, test1], 'key-1')
  await put(LABORATORY.id, [{ ...unit, targetCode: '87' }], 'key-1')
  expect(await list(LABORATORY.id, 'unit')).toEqual([{ ...unit, targetCode: '87' }])
  expect(await list(LABORATORY.id)).toHaveLength(2)
  expect(await remove(LABORATORY.id, test1, 'key-1')).toBe(true)
  expect(await remove(LABORATORY.id, test1, 'key-1')).toBe(false)
  expect(await list('lab-x')).toEqual([])
})

test('the rules of an organisation are its templates and mappings as both lists tell them', async () => {
  const { templates, codeMappings } = fixture.store
  await templates.save(LABORATORY.id, { ...TEMPLATE, code: 'COAG' }, 'key-1')
  await templates.confirm(LABORATORY.id, 'COAG', 'key-1')
  const analysis = { kind: 'analysis', codeSystem: 'local', code: 'К-1' } as const
  const mappings = [
    { ...analysis, targetCode: 'COAG', targetName: '' },
    { ...analysis, kind: 'unit', targetCode: '1', targetName: 'с' } as const,
  ]
  await codeMappings.put(LABORATORY.id, mappings, 'key-1')
  const all = await templates.rules(LABORATORY.id)
  expect(all.templates).toContainEqual(expect.objectContaining({ code: 'COAG', confirmed: true }))
  expect(all).toEqual({
    templates: await templates.list(LABORATORY.id),
    mappings: await codeMappings.list(LABORATORY.id),
  })
  const some = await templates.rules(LABORATORY.id, 'analysis')
  expect(some.mappings).toEqual([mappings[0]])
  expect(await templates.rules('lab-x')).toEqual({ templates: [], mappings: [] })
})

test('an organisation is saved and saved again', async () => {
  const { get, save } = fixture.store.organizations
  expect(await get(LABORATORY.id)).toEqual(LABORATORY)
  const changed = {
    ...LABORATORY,
    id: 'lab-2',
    kpp: '770701001',
    environment: 'production',
  } as const
  await save(changed)
  await save({ ...changed, kpp: null })
  expect(await get('lab-2')).toEqual({ ...changed, kpp: null })
  expect(await get('lab-x')).toBeUndefined()
})

test('an API key opens by its hash, and is made once', async () => {
  const { authenticate, ensure } = fixture.store.apiKeys
  const input = {
    organizationId: LABORATORY.id,
    name: 'ЛИС',
    key: 'secret-of-the-lis',
    rights: ['submit', 'read'],
  } as const
  const [first, second] = await Promise.all([ensure(input), ensure(input)])
  expect(second).toEqual(first)
  expect(await authenticate('secret-of-the-lis')).toEqual({
    keyId: first.keyId,
    organizationId: LABORATORY.id,
    rights: ['submit', 'read'],
  })
  expect(await authenticate('secret-of-the-li')).toBeUndefined()
})
