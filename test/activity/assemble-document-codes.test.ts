import { describe, expect, it } from 'vitest'
import { HEMOGLOBIN, keyOf, observation } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'
import { MILLIGRAM_PERCENT, secondPerson, testOf } from './unproved-codes.ts'

const open = useActivityWorlds()
const assemble = (id: string, round = 1) => ({ key: keyOf(id, 'assemble', round) })

describe('assembleDocument and the official lists', () => {
  it('does not use a mapping that a second person has yet to confirm', async () => {
    const world = await open()
    await world.template()
    const { organization, store } = world
    await store.codeMappings.put(organization.id, [testOf('A'), MILLIGRAM_PERCENT], 'key-1')
    const id = await world.accept({ observations: [observation('A', { code: 'мг%' })] })
    const outcome = { kind: 'issues', codes: ['mapping-unconfirmed'] }
    expect(await world.run('assembleDocument', assemble(id))).toEqual(outcome)
    await secondPerson(world, [testOf('A'), MILLIGRAM_PERCENT])
    expect(await world.run('assembleDocument', assemble(id, 2))).toMatchObject({
      kind: 'assembled',
    })
  })

  it('stops a value that would leave under another quantity, whatever was entered before', async () => {
    const world = await open()
    await world.template()
    // A mapping of before there were checks.
    await world.sql(
      `INSERT INTO code_mapping (organization_id, kind, code_system, code, target_code, target_name,
        updated_at, updated_by, confirmed_at, confirmed_by)
      VALUES ($1, 'unit', 'local', 'г/л', '195', 'ммоль/л', now(), 'key-1', now(), 'migration')`,
      world.organization.id,
    )
    const id = await world.accept()
    expect(await world.run('assembleDocument', assemble(id))).toEqual({
      kind: 'issues',
      codes: ['unit-dimension-differs', 'unit-not-permitted'],
    })
    expect(world.documents.render).not.toHaveBeenCalled()
  })

  it('stops what was fine yesterday and is not by the list of today', async () => {
    const world = await open()
    await world.template()
    const id = await world.accept()
    const list = { name: 'fsli', version: '9', extent: 'part' } as const
    const renamed = { code: HEMOGLOBIN.targetCode, names: ['Тромбоциты'], units: ['10^9/л'] }
    await world.store.codeLists.replace({ ...list, entries: [renamed] }, 'cli')
    expect(await world.run('assembleDocument', assemble(id))).toEqual({
      kind: 'issues',
      codes: ['code-name-wrong', 'unit-not-permitted'],
    })
    await world.store.codeLists.replace({ ...list, entries: [] }, 'cli')
    expect(await world.run('assembleDocument', assemble(id, 2))).toMatchObject({
      kind: 'assembled',
    })
  })

  it('stops one test that is there twice', async () => {
    const world = await open()
    await world.template()
    const twice = [observation('HGB', { code: 'г/л' }), observation('HGB', { code: 'г/л' })]
    const id = await world.accept({ observations: twice })
    expect(await world.run('assembleDocument', assemble(id))).toEqual({
      kind: 'issues',
      codes: ['code-repeated'],
    })
  })
})

describe('assembleDocument and several templates', () => {
  it('names the panels that are in the document in its title', async () => {
    const world = await open()
    const panel = (code: string, title: string) => ({
      ...{ code, title, serviceCodes: [`S-${code}`] },
      analysisCodes: [{ codeSystem: 'local', code }],
    })
    for (const code of ['CBC', 'BIO', 'COAG']) await world.template(panel(code, `Панель ${code}`))
    await world.template({ ...panel('ALL', 'Обследование'), panels: ['BIO', 'CBC', 'COAG'] })
    const from = (code: string) => ({ panel: { code, codeSystem: 'local', name: code } })
    const id = await world.accept({
      analysis: { code: 'ALL', codeSystem: 'local', name: 'Обследование' },
      observations: [
        { ...observation('HGB', { code: 'г/л' }), ...from('CBC') },
        { ...observation('HGB', { code: 'г/л' }), ...from('BIO') },
      ],
    })
    await world.run('assembleDocument', assemble(id))
    expect(world.documents.render.mock.calls[0]?.[0]).toMatchObject({
      title: 'Обследование: Панель BIO; Панель CBC',
    })
  })

  it('asks a person where two templates of an old database claim the analysis', async () => {
    const world = await open()
    await world.template()
    const twin = { code: 'a-twin', serviceCodes: ['A01'], analysisCodes: [] }
    await world.template(twin)
    await world.sql(
      `UPDATE template_version SET analysis_codes = '[{"codeSystem":"LOCAL","code":"CBC"}]'
      FROM template AS t WHERE t.id = template_id AND t.code = 'a-twin' AND t.organization_id = $1`,
      world.organization.id,
    )
    const id = await world.accept()
    expect(await world.run('assembleDocument', assemble(id))).toEqual({
      kind: 'issues',
      codes: ['template-ambiguous'],
    })
    const { issues } = await world.view(id)
    expect(issues[0]?.detail).toContain('a-twin, blood-count')
  })
})
