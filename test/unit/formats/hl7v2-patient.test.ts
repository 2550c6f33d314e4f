import { describe, expect, it } from 'vitest'
import { accept, label, message, refusals } from './oru.ts'

describe('patient', () => {
  const patient = (pid: string) => accept(message({ PID: pid })).report.patient

  it('reads names, birth date, sex, identifiers and contacts', () => {
    const pid =
      'PID|1||P-1^^^LIS^MR~112-233-445 95^^^&1.2.643.100.3&ISO~2341998071655749^^^ФОМС^ENP||' +
      'Тестова&^Анна^Сергеевна||19850412|F|||||+7 900 000-00-00^PRN^CP~^NET^Internet^anna@example.org'
    expect(patient(pid)).toEqual({
      familyName: 'Тестова',
      givenName: 'Анна',
      patronymic: 'Сергеевна',
      birthDate: '1985-04-12',
      sex: 'female',
      snils: '11223344595',
      policy: '2341998071655749',
      localId: 'P-1',
      localIdSystem: 'LIS',
      phone: '+7 900 000-00-00',
      email: 'anna@example.org',
    })
  })

  it('leaves a local number as it is, with whoever assigned it', () => {
    const local = (identifiers: string) => {
      const { localId, localIdSystem } = patient(`PID|1||${identifiers}||Т^А||19850412|F`)
      return [localId, localIdSystem]
    }
    expect(local('123-4567^^^LIS-A^MR')).toEqual(['123-4567', 'LIS-A'])
    expect(local('1234-567^^^&1.2.643.5.1&ISO^MR')).toEqual(['1234-567', '1.2.643.5.1'])
    expect(local(' 12  34-5 ^^^LIS&1.2.643.5.1&ISO')).toEqual(['12  34-5', 'LIS'])
    expect(local('77')).toEqual(['77', undefined])
    expect(local('77^^^""^MR')).toEqual(['77', undefined])
  })

  it('gives a local number no authority but its own', () => {
    const two = 'PID|1||11223344595^^^PFR^SNILS~A-1^^^LIS-A^MR~B-2^^^LIS-B^PI||Т^А||19850412|F'
    expect(patient(two)).toMatchObject({ localId: 'A-1', localIdSystem: 'LIS-A' })
    const bare = patient('PID|1||A-1~B-2^^^LIS-B^MR||Т^А||19850412|F')
    expect(bare.localId).toBe('A-1')
    expect(bare).not.toHaveProperty('localIdSystem')
    const visit = 'PID|1||V-9^^^LIS-A^VN~B-2^^^LIS-B^MR||Т^А||19850412|F'
    expect(patient(visit)).toMatchObject({ localId: 'B-2', localIdSystem: 'LIS-B' })
  })

  it('takes a newborn without a name, with a warning', () => {
    const { report, warnings } = accept(message({ PID: 'PID|1||N-1||Тестова||20260301|F' }))
    expect(report.patient).toMatchObject({ familyName: 'Тестова', birthDate: '2026-03-01' })
    expect(report.patient).not.toHaveProperty('givenName')
    expect(report.patient).not.toHaveProperty('singleName')
    expect(label(warnings)).toEqual(['name-incomplete PID-5'])
  })

  it('believes the sender that there is no other name, and nothing less than that', () => {
    const { report, warnings } = accept(message({ PID: 'PID|1||1||Сухарто^""||19850412|M' }))
    expect(report.patient).toMatchObject({ familyName: 'Сухарто', singleName: true })
    expect(warnings).toEqual([])
    for (const name of ['Сухарто', 'Сухарто^', 'Сухарто^^^^^^S', 'Сухарто^^^^^^U', 'Сухарто^А'])
      expect(patient(`PID|1||1||${name}||19850412|M`)).not.toHaveProperty('singleName')
  })

  it('takes a foreigner without СНИЛС and policy, even without any number', () => {
    const { report, warnings } = accept(
      message({ PID: 'PID|1||ПС 123^^^^PPN||Иванова^Ева||19850412|F' }),
    )
    expect(Object.keys(report.patient)).toEqual(['familyName', 'givenName', 'birthDate', 'sex'])
    expect(warnings).toEqual([])
    expect(accept(message({ PID: 'PID|1||||Smith^John||19850412|M' })).warnings).toEqual([])
  })

  it('prefers the Cyrillic name to its Latin repetition', () => {
    expect(patient('PID|1||1||Testova^Anna~Тестова^Анна||19850412|F').familyName).toBe('Тестова')
  })

  it.each([
    ['М', 'male'],
    ['Ж', 'female'],
    ['2', 'female'],
    ['O', 'other'],
    ['', 'unknown'],
  ])('sex %s', (sent, sex) => {
    expect(patient(`PID|1||1||Т^А||19850412|${sent}`).sex).toBe(sex)
  })

  it.each(['', '1985', '198504', 'нет', '19851350', '""'])(
    'birth date "%s" is left out with a warning',
    (sent) => {
      const { report, warnings } = accept(message({ PID: `PID|1||1||Т^А||${sent}|F` }))
      expect(report.patient.birthDate).toBeUndefined()
      expect(warnings.map(({ pointer }) => pointer)).toEqual(['PID-7'])
    },
  )

  it('must have a name and be born before the result', () => {
    expect(refusals(message({ PID: 'PID|1||1||||19850412|F' }))).toEqual(['name-missing PID-5'])
    expect(refusals(message({ PID: 'PID|1||1||Т^А||20270101|F' }))).toEqual([
      'birth-date-late PID-7',
    ])
  })

  it('refuses a wrong СНИЛС, or accepts it with a warning', () => {
    const wrong = message({ PID: 'PID|1||11223344596^^^^SNILS||Т^А||19850412|F' })
    expect(refusals(wrong)).toEqual(['identifier-checksum PID-3'])
    const { report, warnings } = accept(wrong, { identifierChecks: 'warn' })
    expect(report.patient.snils).toBe('11223344596')
    expect(label(warnings)).toEqual(['identifier-checksum PID-3'])
    const short = message({ PID: 'PID|1||1122334459^^^^СНИЛС||Т^А||19850412|F' })
    expect(refusals(short)).toEqual(['identifier-length PID-3'])
    expect(accept(short, { identifierChecks: 'warn' }).report.patient.snils).toBeUndefined()
  })

  it('leaves out a policy of the old kind', () => {
    const { report, warnings } = accept(
      message({ PID: 'PID|1||АБ 123456^^^^ОМС||Т^А||19850412|F' }),
    )
    expect(report.patient.policy).toBeUndefined()
    expect(label(warnings)).toEqual(['policy-not-enp PID-3'])
  })
})
