import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CodeMapping } from '../../../adapters/storage/port.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'
import { GRAM_PERCENT, HEMOGLOBIN, MILLIGRAM_PERCENT } from '../../unit/document/official-lists.ts'

let fixture: TestStore
let lab: string
beforeAll(async () => {
  fixture = await createTestStore()
})
afterAll(() => fixture.close())
beforeEach(async () => {
  lab = `lab-${randomUUID().slice(0, 8)}`
  await fixture.store.organizations.save({ ...LABORATORY, id: lab })
})

const HGB: CodeMapping = {
  ...{ kind: 'observation', codeSystem: 'local', code: 'HGB' },
  ...{ targetCode: '1017128', targetName: 'Гемоглобин общий' },
}
/** Nobody here knows what it measures. */
const STRANGE: CodeMapping = {
  ...{ kind: 'unit', codeSystem: 'local', code: 'мг%' },
  ...{ targetCode: '62', targetName: 'мг/дл' },
}
const put = (mappings: CodeMapping[], actor = 'key-1') =>
  fixture.store.codeMappings.put(lab, mappings, actor)
const confirm = (mappings: CodeMapping[], actor: string) =>
  fixture.store.codeMappings.confirm(lab, mappings, actor)
const list = () => fixture.store.codeMappings.list(lab)

async function sql<Row extends pg.QueryResultRow>(text: string, ...values: unknown[]) {
  const client = new pg.Client({ connectionString: fixture.url })
  await client.connect()
  const { rows } = await client.query<Row>(text, values).finally(() => client.end())
  return rows
}
const audited = () =>
  sql<{ action: string; actor: string }>(
    'SELECT action, actor FROM audit_entry WHERE organization_id = $1 ORDER BY id',
    lab,
  )

describe('code mappings', () => {
  test('are put, replaced, listed by kind and removed', async () => {
    expect(await put([HGB, STRANGE])).toMatchObject({ kind: 'saved' })
    await put([{ ...HGB, targetName: 'Гемоглобин' }])
    const { list: listed, remove } = fixture.store.codeMappings
    expect(await listed(lab, 'observation')).toEqual([
      { ...HGB, targetName: 'Гемоглобин', confirmed: true },
    ])
    expect(await list()).toHaveLength(2)
    expect(await remove(lab, HGB, 'key-1')).toBe(true)
    expect(await remove(lab, HGB, 'key-1')).toBe(false)
    expect(await listed('lab-x')).toEqual([])
  })

  test('that are provably wrong keep nothing of the whole list', async () => {
    const wrong: CodeMapping = { ...STRANGE, code: 'г/л', targetCode: '195', targetName: 'ммоль/л' }
    expect(await put([HGB, wrong, { ...HGB, targetCode: '1017862' }])).toMatchObject({
      kind: 'refused',
      refusals: [
        { index: 2, code: 'mapping-repeated', field: 'code' },
        { index: 1, code: 'unit-dimension-differs', field: 'targetCode' },
        { index: 2, code: 'code-name-wrong', field: 'targetName' },
      ],
    })
    expect(await list()).toEqual([])
    expect(await audited()).toEqual([])
  })

  test('of a code system in another case are the same mapping', async () => {
    await put([HGB])
    await put([{ ...HGB, codeSystem: 'LOCAL', targetName: 'Гемоглобин' }])
    expect(await list()).toMatchObject([{ codeSystem: 'LOCAL', targetName: 'Гемоглобин' }])
  })
})

describe('what nobody can check', () => {
  test('waits for a second person, in one commit with the audit', async () => {
    const saved = await put([STRANGE])
    expect(saved).toMatchObject({
      mappings: [{ confirmed: false, reason: 'неизвестно, что лаборатория измеряет в «мг%»' }],
    })
    expect(await list()).toMatchObject([{ confirmed: false }])
    expect(await confirm([STRANGE], 'key-1')).toEqual({ kind: 'own', index: 0 })
    expect(await confirm([STRANGE], 'key-2')).toEqual({
      kind: 'confirmed',
      mappings: [{ ...STRANGE, confirmed: true }],
    })
    expect(await confirm([STRANGE], 'key-2')).toMatchObject({ kind: 'confirmed' })
    expect(await list()).toMatchObject([{ confirmed: true }])
    expect(await audited()).toEqual([
      { action: 'mapping.put', actor: 'key-1' },
      { action: 'mapping.confirm', actor: 'key-2' },
    ])
  })

  test('is confirmed as it is, all of it or nothing', async () => {
    const other: CodeMapping = { ...STRANGE, code: 'u' }
    await put([STRANGE, other])
    const changed = { ...other, targetCode: '60' }
    expect(await confirm([STRANGE, changed], 'key-2')).toEqual({ kind: 'changed', index: 1 })
    const missing = { ...other, code: 'v' }
    expect(await confirm([STRANGE, missing], 'key-2')).toEqual({ kind: 'missing', index: 1 })
    expect(await list()).toMatchObject([{ confirmed: false }, { confirmed: false }])
  })

  test('is not confirmed by being entered again, whoever does it', async () => {
    await put([STRANGE])
    await put([STRANGE], 'key-2')
    expect(await list()).toMatchObject([{ confirmed: false }])
    expect(await confirm([STRANGE], 'key-1')).toEqual({ kind: 'own', index: 0 })
    await confirm([STRANGE], 'key-2')
    await put([STRANGE])
    expect(await list()).toMatchObject([{ confirmed: true }])
  })

  test('loses its confirmation with another target', async () => {
    await put([STRANGE])
    await confirm([STRANGE], 'key-2')
    const changed = { ...STRANGE, targetCode: '60', targetName: 'г/л' }
    await put([changed], 'key-2')
    expect(await list()).toEqual([{ ...changed, confirmed: false }])
    expect(await confirm([changed], 'key-2')).toEqual({ kind: 'own', index: 0 })
    expect(await confirm([changed], 'key-1')).toMatchObject({ kind: 'confirmed' })
  })

  test('is confirmed or refused once the official list is there', async () => {
    const gram: CodeMapping = { ...STRANGE, code: 'г%' }
    await put([STRANGE, gram])
    const entries = [
      MILLIGRAM_PERCENT,
      GRAM_PERCENT,
      { ...MILLIGRAM_PERCENT, code: '62', name: 'мг/дл', names: ['мг/дл'] },
    ]
    const { loaded, replace } = fixture.store.codeLists
    const version = '3.23'
    await replace({ name: 'units', version, extent: 'whole', entries: [HEMOGLOBIN] }, 'cli')
    await replace({ name: 'units', version, extent: 'part', entries }, 'cli')
    expect(await loaded()).toMatchObject([{ name: 'units', version, extent: 'part', entries: 3 }])
    try {
      expect(await put([STRANGE])).toMatchObject({ mappings: [{ confirmed: true }] })
      expect(await confirm([gram], 'key-2')).toMatchObject({
        kind: 'refused',
        refusals: [{ index: 0, code: 'unit-scale-differs' }],
      })
      const { rules } = fixture.store.templates
      const { lists } = await rules(lab, undefined, ['мг%'])
      expect(lists.extents).toEqual({ units: 'part' })
      expect(lists.units.map(({ code }) => code).toSorted()).toEqual(['62', '85'])
      expect((await rules(lab, undefined, [])).lists.units).toEqual([])
      await replace({ name: 'fsli', version: '1', extent: 'whole', entries: [HEMOGLOBIN] }, 'cli')
      expect((await rules(lab, undefined, ['1017128'])).lists.tests).toEqual([HEMOGLOBIN])
    } finally {
      await sql('DELETE FROM code_list')
    }
  })
})
