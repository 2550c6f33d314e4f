import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePatients, type PatientSources } from '../../../domain/identity/compare-patients.ts'
import type { Patient } from '../../../domain/report/report.ts'

const LAB: PatientSources = { a: 'LIS', b: 'LIS' }
const anna: Patient = {
  familyName: 'Семёнова',
  givenName: 'Анна',
  patronymic: 'Игоревна',
  birthDate: '1984-03-12',
  sex: 'female',
}
const compare = (a: Partial<Patient>, b: Partial<Patient>, sources = LAB) =>
  comparePatients({ ...anna, ...a }, { ...anna, ...b }, sources)

const optional = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const patients: fc.Arbitrary<Patient> = fc.record({
  familyName: fc.constantFrom('Семёнова', 'СЕМЕНОВА', 'Орлова'),
  givenName: optional('Анна', 'Яна', ''),
  patronymic: optional('Игоревна', 'Олеговна'),
  birthDate: optional('1984-03-12', '1990-01-01'),
  sex: fc.constantFrom('male', 'female', 'unknown', 'other'),
  snils: optional('11223344595', '112-233-445 95', '08765430300'),
  policy: optional('1234567890123452', '9876543210987654', ''),
  localId: optional('123-4567', '1234-567', ''),
  localIdSystem: optional('HOSPITAL', 'LIS'),
})
const systems = fc.constantFrom('LIS', 'LIS-2')

describe('whether two results are about one person', () => {
  it('is always answered, and the same from both sides', () => {
    fc.assert(
      fc.property(patients, patients, systems, systems, (one, two, a, b) => {
        const answer = comparePatients(one, two, { a, b })
        expect(['same', 'differs-in-details', 'another', 'unclear']).toContain(answer)
        expect(comparePatients(two, one, { a: b, b: a })).toBe(answer)
      }),
    )
  })

  it('is certain of what is stated once more', () => {
    fc.assert(
      fc.property(patients, systems, (patient, system) => {
        expect(comparePatients(patient, { ...patient }, { a: system, b: system })).toBe('same')
      }),
    )
  })

  it('is never "same" with another СНИЛС, whatever else agrees', () => {
    fc.assert(
      fc.property(patients, systems, (patient, system) => {
        const one = { ...patient, snils: '11223344595' }
        const two = { ...patient, snils: '08765430300' }
        expect(comparePatients(one, two, { a: system, b: system })).toBe('another')
      }),
    )
  })

  it('lets the strongest number that both state decide', () => {
    const [snils, other] = ['11223344595', '08765430300']
    expect(compare({ snils, policy: '1' }, { snils, policy: '2' })).toBe('same')
    expect(compare({ snils, policy: '1' }, { snils: other, policy: '1' })).toBe('another')
    expect(compare({ snils, policy: '1' }, { policy: '1' })).toBe('same')
    expect(compare({ policy: '1', localId: '7' }, { policy: '2', localId: '7' })).toBe('another')
    expect(compare({ snils, localId: '7' }, { policy: '2', localId: '7' })).toBe('same')
    expect(compare({ localId: '7' }, { localId: '8' })).toBe('another')
  })

  it('reads СНИЛС and policy without separators, and a local number as it is written', () => {
    expect(compare({ snils: '112-233-445 95' }, { snils: '11223344595' })).toBe('same')
    expect(compare({ policy: '1234 5678' }, { policy: '12345678' })).toBe('same')
    expect(compare({ localId: '123-4567' }, { localId: '1234-567' })).toBe('another')
  })

  it('knows a local number only together with who assigned it', () => {
    const unnamed = { familyName: 'Орлова', birthDate: undefined, localId: '7' }
    expect(compare(unnamed, unnamed, { a: 'LIS', b: 'LIS-2' })).toBe('unclear')
    const assigned = { ...unnamed, localIdSystem: 'HOSPITAL' }
    expect(compare(assigned, assigned, { a: 'LIS', b: 'LIS-2' })).toBe('same')
    expect(compare(unnamed, { ...unnamed, localIdSystem: 'LIS' })).toBe('same')
  })

  it('notices another name or birth date under one number', () => {
    const snils = '11223344595'
    expect(compare({ snils }, { snils, familyName: 'Орлова' })).toBe('differs-in-details')
    expect(compare({ snils }, { snils, birthDate: '1984-12-03' })).toBe('differs-in-details')
    expect(compare({ snils }, { snils, givenName: undefined })).toBe('differs-in-details')
    expect(compare({ snils }, { snils, birthDate: undefined })).toBe('same')
    expect(compare({ snils }, { snils, familyName: 'СЕМЕНОВА ' })).toBe('same')
    const double = { snils, familyName: 'Римская-Корсакова' }
    expect(compare(double, { snils, familyName: 'РИМСКАЯ – КОРСАКОВА' })).toBe('same')
  })

  it('goes by name and birth date where no number is common', () => {
    expect(compare({ snils: '11223344595' }, {})).toBe('same')
    expect(compare({}, { givenName: 'Яна' })).toBe('another')
    expect(compare({}, { birthDate: '1990-01-01' })).toBe('another')
    expect(compare({}, { patronymic: 'Олеговна' })).toBe('another')
    expect(compare({}, { sex: 'male' })).toBe('another')
    expect(compare({}, { sex: 'unknown', patronymic: undefined })).toBe('same')
  })

  it('is unsure of those about whom little is known: newborns without a name, people without a birth date', () => {
    const newborn = { givenName: undefined, patronymic: undefined }
    expect(compare(newborn, { ...newborn, policy: '1' })).toBe('unclear')
    expect(compare({ birthDate: undefined }, {})).toBe('unclear')
    expect(compare(newborn, newborn, { a: 'LIS', b: 'LIS-2' })).toBe('unclear')
    expect(compare(newborn, newborn)).toBe('same')
  })
})
