import { describe, expect, it } from 'vitest'
import { accept, SAMPLE, withField } from './json-sample.ts'
import { label } from './oru.ts'

describe('a result in JSON', () => {
  it('states about itself version, message number and time, and nothing else', () => {
    const stated = JSON.parse(SAMPLE)
    stated.source.version = 3
    stated.messageId = 'M-7'
    stated.issuedAt = '2026-03-02T10:15'
    const { report, word } = accept(stated)
    expect(word).toEqual({ version: 3, messageId: 'M-7', issuedAt: '2026-03-02T10:15:00+05:00' })
    expect(report).not.toHaveProperty('messageId')
    expect(report).not.toHaveProperty('issuedAt')
    const silent = accept(SAMPLE).word
    expect(Object.values(silent).filter((fact) => fact !== undefined)).toEqual([])
  })

  it('may be taken back, with or without its observations', () => {
    const taken = JSON.parse(SAMPLE)
    taken.status = 'cancelled'
    expect(new Set(accept(taken).report.observations.map(({ status }) => status))).toEqual(
      new Set(['final']),
    )
    taken.observations = [{ ...taken.observations[0], status: 'preliminary', value: undefined }]
    expect(accept(taken).report.observations).toHaveLength(1)
    taken.observations = []
    expect(accept(taken).report).toMatchObject({ status: 'cancelled', observations: [] })
  })

  it('may be of newborns, people of one name and people without numbers', () => {
    const person = (patient: object) => {
      const { report, warnings } = accept(
        withField('/patient', {
          familyName: 'Тестова',
          birthDate: '2025-10-10',
          sex: 'female',
          ...patient,
        }),
      )
      return [report.patient, label(warnings)]
    }
    const known = { familyName: 'Тестова', birthDate: '2025-10-10', sex: 'female' }
    const incomplete = ['name-incomplete /patient/givenName']
    expect(person({})).toEqual([known, incomplete])
    expect(person({ singleName: false })).toEqual([known, incomplete])
    expect(person({ singleName: true })).toEqual([{ ...known, singleName: true }, []])
    const numbered = { givenName: 'Ева', localId: ' 12  3-4 ', localIdSystem: 'urn:lis' }
    expect(person(numbered)).toEqual([{ ...known, ...numbered, localId: '12  3-4' }, []])
  })
})
