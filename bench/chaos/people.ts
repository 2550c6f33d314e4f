/** A synthetic patient of a run. */
export interface Person {
  readonly familyName: string
  readonly givenName: string
  readonly patronymic: string
  readonly birthDate: string
  readonly sex: 'female'
  readonly snils: string
  readonly localId: string
  readonly localIdSystem: string
  readonly email: string
}

export const emailOf = (item: number, person: 0 | 1 = 0) =>
  `patient-${item}${person === 0 ? '' : 'b'}@patients.example`

const FIRST_SNILS = 900_100_000
/** Far enough from the others for any run. */
const SECOND = 500_000

export const snilsOf = (item: number, person: 0 | 1 = 0) =>
  toSnils(FIRST_SNILS + item + person * SECOND)

/** The two patients of a result that is told in several words; most have only the first. */
export function personOf(run: string, item: number, person: 0 | 1): Person {
  const second = person === 1
  return {
    familyName: second ? 'Проверкина' : 'Тестова',
    givenName: second ? 'Вера' : 'Анна',
    patronymic: second ? 'Ильинична' : 'Сергеевна',
    birthDate: second ? '1979-11-02' : '1985-04-12',
    sex: 'female',
    snils: snilsOf(item, person),
    localId: `P-${run}-${item}${second ? '-B' : ''}`,
    localIdSystem: 'LIS-H',
    email: emailOf(item, person),
  }
}

/** Nine digits with their check number. */
function toSnils(number: number): string {
  const sum = [...String(number)].reduce((total, digit, at) => total + Number(digit) * (9 - at), 0)
  return `${number}${String((sum % 101) % 100).padStart(2, '0')}`
}
