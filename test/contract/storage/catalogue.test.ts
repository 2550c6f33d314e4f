import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAppError } from '../../../domain/shared/app-error.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'

let fixture: TestStore
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())

/** An organisation of its own for a test. */
async function laboratory(): Promise<string> {
  const id = `lab-${randomUUID().slice(0, 8)}`
  await fixture.store.organizations.save({ ...LABORATORY, id })
  return id
}

async function sql(text: string, values: readonly unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: fixture.url })
  await client.connect()
  await client.query(text, [...values]).finally(() => client.end())
}

const TEMPLATE = {
  code: 'CBC',
  title: 'Общий анализ крови',
  serviceCodes: ['B03.016.002'],
  analysisCodes: [{ codeSystem: 'local', code: 'CBC' }],
  requiredFields: ['/patient/snils'],
  personalSignatures: 1,
}

/** What a template claims for itself. */
const claiming = (service: string, ...codes: string[]) => ({
  serviceCodes: [service],
  analysisCodes: codes.map((code) => ({ codeSystem: 'local', code })),
})
const failure = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((reason: unknown) => reason)
  return (isAppError(error) ? { code: error.code, ...error.details } : error) as { code: string }
}

describe('templates', () => {
  test('get a new, unconfirmed version with new content alone', async () => {
    const { save, confirm, get, list } = fixture.store.templates
    const saved = await Promise.all([1, 2, 3].map(() => save(LABORATORY.id, TEMPLATE, 'key-1')))
    expect(saved[0]).toEqual({
      ...TEMPLATE,
      panels: [],
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
    await save(LABORATORY.id, { ...TEMPLATE, code: 'BIO', ...claiming('B03.016.004') }, 'key-1')
    expect(await get(LABORATORY.id, 'CBC')).toEqual(second)
    expect((await list(LABORATORY.id)).map(({ code, version }) => [code, version])).toEqual([
      ['BIO', 1],
      ['CBC', 2],
    ])
    expect(await get('lab-x', 'CBC')).toBeUndefined()
    expect(await confirm(LABORATORY.id, 'NONE', 'key-1')).toBeUndefined()
  })

  test('claim a code for themselves: another with it is refused and leaves nothing behind', async () => {
    const { save, list } = fixture.store.templates
    const lab = await laboratory()
    const draft = { ...TEMPLATE, ...claiming('A01', 'X') }
    await save(lab, draft, 'key-1')
    const second = (change: object) =>
      failure(save(lab, { ...draft, code: 'AAA', ...change }, 'key-1'))
    const taken = { code: 'template-code-taken', template: 'CBC' }
    expect(await second({})).toEqual({
      ...taken,
      fields: ['/serviceCodes/0', '/analysisCodes/0'],
    })
    expect(await second({ ...claiming('A02', 'Y', 'X') })).toEqual({
      ...taken,
      fields: ['/analysisCodes/1'],
    })
    const asAnalysis = {
      serviceCodes: ['A02'],
      analysisCodes: [{ codeSystem: 'NMU', code: 'A01' }],
    }
    expect(await second(asAnalysis)).toMatchObject({ fields: ['/analysisCodes/0'] })
    expect((await list(lab)).map(({ code }) => code)).toEqual(['CBC'])
    await save(lab, { ...draft, ...claiming('A03') }, 'key-1')
    expect(await second({})).toMatchObject({ code: 'AAA', version: 1 })
    const elsewhere = await laboratory()
    expect(await failure(save(elsewhere, draft, 'key-1'))).toMatchObject({ version: 1 })
  })

  test('that come at the same moment cannot both have a code', async () => {
    const { save, list } = fixture.store.templates
    for (let round = 0; round < 10; round++) {
      const lab = await laboratory()
      const names = ['A', 'B', 'C']
      const saved = await Promise.all(
        names.map((code) => failure(save(lab, { ...TEMPLATE, code }, 'key-1'))),
      )
      expect(saved.filter((one) => one.code === 'template-code-taken')).toHaveLength(2)
      expect(await list(lab)).toHaveLength(1)
    }
  })

  test('that share a code already can be saved again as they are, and mended', async () => {
    const { save } = fixture.store.templates
    const lab = await laboratory()
    await save(lab, TEMPLATE, 'key-1')
    await save(lab, { ...TEMPLATE, code: 'OLD', ...claiming('A01') }, 'key-1')
    // As a database of yesterday may have it.
    await sql(
      `UPDATE template_version SET service_codes = '{B03.016.002}', content_hash = (
        SELECT v.content_hash FROM template_version AS v JOIN template AS t ON t.id = v.template_id
        WHERE t.code = 'CBC' AND t.organization_id = $1)
      WHERE template_id = (SELECT id FROM template WHERE code = 'OLD' AND organization_id = $1)`,
      [lab],
    )
    const old = { ...TEMPLATE, code: 'OLD' }
    expect(await failure(save(lab, old, 'key-1'))).toMatchObject({ code: 'OLD', version: 1 })
    const renamed = { ...old, title: 'Прежний' }
    expect(await failure(save(lab, renamed, 'key-1'))).toMatchObject({
      code: 'template-code-taken',
    })
    const mended = { ...old, ...claiming('A04') }
    expect(await failure(save(lab, mended, 'key-1'))).toMatchObject({ version: 2 })
  })

  test('join others that exist, once, and that join nothing themselves', async () => {
    const { save, get, analyses, rules } = fixture.store.templates
    const lab = await laboratory()
    for (const [at, code] of ['cbc', 'bio', 'coag'].entries())
      await save(lab, { ...TEMPLATE, code, ...claiming(`A0${at}`) }, 'key-1')
    const joint = { ...TEMPLATE, code: 'joint', ...claiming('B01'), panels: ['bio', 'cbc'] }
    const saved = await save(lab, joint, 'key-1')
    expect(saved.panels).toEqual(['bio', 'cbc'])
    expect(await get(lab, 'joint')).toEqual(saved)
    expect((await rules(lab)).templates).toContainEqual(saved)
    const reordered = { ...joint, panels: ['cbc', 'bio'] }
    expect(await save(lab, reordered, 'key-1')).toMatchObject({ version: 2 })
    expect(await analyses(lab)).toEqual(['bio', 'cbc', 'coag'])
    const other = (change: object) =>
      failure(save(lab, { ...joint, code: 'other', ...claiming('B02'), ...change }, 'key-1'))
    expect(await other({ panels: ['coag', 'none', 'joint', 'coag', 'other'] })).toEqual({
      code: 'template-panel-invalid',
      fields: ['/panels/1', '/panels/2', '/panels/3', '/panels/4'],
    })
    expect(await other({ panels: ['coag', 'cbc'] })).toEqual({
      code: 'template-code-taken',
      template: 'joint',
      fields: ['/panels/1'],
    })
    expect(await other({ code: 'cbc', panels: ['coag'] })).toMatchObject({
      code: 'template-panel-invalid',
    })
  })
})

test('the rules of an organisation are its templates and mappings as both lists tell them', async () => {
  const { templates, codeMappings } = fixture.store
  await templates.save(LABORATORY.id, { ...TEMPLATE, code: 'COAG', ...claiming('A05') }, 'key-1')
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
    lists: { extents: {}, tests: [], units: [] },
  })
  const some = await templates.rules(LABORATORY.id, 'analysis')
  expect(some.mappings).toEqual([{ ...mappings[0], confirmed: true }])
  expect(await templates.rules('lab-x')).toMatchObject({ templates: [], mappings: [] })
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
