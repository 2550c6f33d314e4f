import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { keyOf, labReport, observation, STARTED } from '../support/activity-data.ts'
import { useActivityWorlds } from '../support/activity-world.ts'
import { MILLIGRAM_PERCENT, secondPerson, testOf } from './unproved-codes.ts'

const open = useActivityWorlds()
const assemble = (id: string, round = 1) => ({ key: keyOf(id, 'assemble', round) })

describe('assembleDocument', () => {
  it('renders once, stores the bytes and says whose certificate is in the stamp', async () => {
    const world = await open()
    await world.template()
    const id = await world.accept()
    const outcome = { kind: 'assembled', templateConfirmed: true, certificateSerial: 'A1' }
    expect(await world.run('assembleDocument', assemble(id))).toEqual(outcome)
    expect(await world.run('assembleDocument', assemble(id), { attempt: 2 })).toEqual(outcome)
    expect(world.documents.render).toHaveBeenCalledTimes(1)
    expect(await world.events(id)).toEqual(['document.assembled'])
    const xml = await world.store.artefacts.read(id, 'document-xml')
    const digest = createHash('sha256')
      .update(xml?.bytes ?? '')
      .digest('hex')
    const { document, documentId } = await world.store.cases.load(id, 1)
    expect(document).toMatchObject({ documentId, digest, signatures: [] })
    expect(await world.view(id)).toMatchObject({
      phase: 'signing',
      artefacts: expect.arrayContaining(['document-xml', 'document-pdf-unsigned']),
    })
  })

  it('gives the renderer the case, its mapped codes and the stamp, and nothing it would have to look up', async () => {
    const world = await open()
    await world.template()
    const id = await world.accept()
    await world.run('assembleDocument', assemble(id))
    const { documentId, setId } = await world.view(id)
    expect(world.documents.render.mock.calls[0]?.[0]).toMatchObject({
      documentId,
      setId,
      versionNumber: 1,
      replacesDocumentId: undefined,
      createdAt: STARTED.toISOString(),
      title: 'Общий анализ крови',
      serviceCode: 'B03.016.002',
      mapped: [{ fsliCode: '1017128', unit: { code: '60', name: 'г/л' } }],
      stamp: { owner: 'Владелец A1', serial: 'A1', notAfter: '2027-01-01T00:00:00.000Z' },
    })
  })

  it('waits for approval of the first document of a template version', async () => {
    const world = await open()
    await world.template({}, { confirmed: false })
    const id = await world.accept()
    expect(await world.run('assembleDocument', assemble(id))).toMatchObject({
      templateConfirmed: false,
    })
    expect((await world.view(id)).phase).toBe('awaiting-approval')
  })

  it('knows units by their printed name, by UCUM and by the laboratory’s own table', async () => {
    const world = await open()
    await world.template()
    await secondPerson(world, [MILLIGRAM_PERCENT, testOf('A'), testOf('B'), testOf('C')])
    const id = await world.accept({
      observations: [
        observation('HGB', { code: 'г/л' }),
        observation('A', { code: 'g/L', codeSystem: 'UCUM' }),
        observation('B', { code: 'мг%' }),
        { ...observation('C', { code: '' }), value: { kind: 'text', text: 'не обнаружено' } },
      ],
    })
    await world.run('assembleDocument', assemble(id))
    const mapped = world.documents.render.mock.calls[0]?.[0].mapped
    expect(mapped?.map(({ unit }) => unit?.code ?? null)).toEqual(['60', '60', '62', null])
  })

  it('takes a new template version for the next round', async () => {
    const world = await open()
    const first = await world.template()
    const id = await world.accept()
    await world.run('assembleDocument', assemble(id))
    const second = await world.template({ title: 'Гемограмма' })
    await world.run('assembleDocument', assemble(id, 2))
    const { document } = await world.store.cases.load(id, 1)
    expect(second.versionId).not.toBe(first.versionId)
    expect(document?.templateVersionId).toBe(second.versionId)
  })
})

describe('assembleDocument with something amiss', () => {
  it('names every unmapped code once, and nothing else of the result', async () => {
    const world = await open()
    await world.template()
    const id = await world.accept({
      observations: [
        observation('ЛЕЙК', { code: 'тыс/мкл' }),
        observation('ЛЕЙК', { code: 'тыс/мкл' }),
        observation('HGB', { code: 'тыс/мкл' }),
      ],
    })
    const outcome = { kind: 'issues', codes: ['code-unmapped', 'unit-unmapped'] }
    expect(await world.run('assembleDocument', assemble(id))).toEqual(outcome)
    expect(await world.run('assembleDocument', assemble(id), { attempt: 2 })).toEqual(outcome)
    expect(world.documents.render).not.toHaveBeenCalled()
    const { issues, phase, reason } = await world.view(id)
    expect({ phase, reason }).toEqual({ phase: 'needs-correction', reason: 'document-issues' })
    expect(issues.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['code-unmapped', '/observations/0/code'],
      ['unit-unmapped', '/observations/0/value/unit/code'],
    ])
    expect(issues[0]?.detail).toContain('ЛЕЙК')
    expect(issues[1]?.detail).toContain('тыс/мкл')
    const told = JSON.stringify([issues, await world.timeline(id)])
    expect(told).not.toMatch(/913\.7|Показатель|HGB/)
    expect((await world.timeline(id)).at(-1)).toMatchObject({
      type: 'document.issues',
      details: { codes: outcome.codes, count: 2 },
    })
  })

  it('says that no template fits', async () => {
    const world = await open()
    await world.template({ analysisCodes: [] })
    const id = await world.accept()
    expect(await world.run('assembleDocument', assemble(id))).toEqual({
      kind: 'issues',
      codes: ['analysis-unmapped'],
    })
    const { issues } = await world.view(id)
    expect(issues).toMatchObject([{ pointer: '/analysis/code' }])
    expect(issues[0]?.detail).toContain('local CBC')
  })

  it('finds the template by the laboratory’s own mapping', async () => {
    const world = await open()
    await world.template({ analysisCodes: [] })
    await world.store.codeMappings.put(
      world.organization.id,
      [
        {
          kind: 'analysis',
          codeSystem: 'local',
          code: 'CBC',
          targetCode: 'blood-count',
          targetName: 'Общий анализ крови',
        },
      ],
      'key-1',
    )
    const id = await world.accept()
    expect(await world.run('assembleDocument', assemble(id))).toMatchObject({ kind: 'assembled' })
  })

  it('asks for every required field and value at once', async () => {
    const world = await open()
    await world.template({ requiredFields: ['/patient/snils', '/specimen/id', '/order'] })
    const { patient } = labReport('R-0')
    const { value: _, ...empty } = observation('HGB', { code: 'г/л' })
    const id = await world.accept({
      patient: { ...patient, snils: undefined },
      observations: [empty],
    })
    expect(await world.run('assembleDocument', assemble(id))).toEqual({
      kind: 'issues',
      codes: ['required-field-missing', 'value-missing'],
    })
    const { issues } = await world.view(id)
    expect(issues.map(({ pointer }) => pointer)).toEqual([
      '/patient/snils',
      '/specimen/id',
      '/order',
      '/observations/0/value',
    ])
  })

  it('fails for a person to see when the document cannot be drawn', async () => {
    const world = await open()
    await world.template()
    const id = await world.accept()
    world.documents.render.mockRejectedValueOnce(
      new AppError('glyph-missing', 'permanent', { details: { codePoint: 'U+1F9EA' } }),
    )
    const failure = await world.failure('assembleDocument', assemble(id))
    expect(failure).toMatchObject({ type: 'glyph-missing', nonRetryable: true })
    expect(failure.details).toEqual([{ class: 'permanent', codePoint: 'U+1F9EA' }])
    expect(await world.events(id)).toEqual([])
    expect(await world.run('assembleDocument', assemble(id), { attempt: 2 })).toMatchObject({
      kind: 'assembled',
    })
  })

  it('does not know a submission that is not there', async () => {
    const world = await open()
    const nobody = '00000000-0000-4000-8000-000000000000'
    expect(await world.failure('assembleDocument', assemble(nobody))).toMatchObject({
      type: 'submission-not-found',
      nonRetryable: true,
    })
  })
})
