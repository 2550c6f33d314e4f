import type { Patient } from '../../../domain/report/report.ts'

interface Named {
  readonly familyName: string
  readonly givenName?: string | undefined
  readonly patronymic?: string | undefined
}

export function formatFullName({ familyName, givenName, patronymic }: Named): string {
  return [familyName, givenName, patronymic].filter(Boolean).join(' ')
}

/** `11223344595` → `112-233-445 95`. */
export function formatSnils(snils: string): string {
  return snils.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1-$2-$3 $4')
}

export const SEX_TEXT: Readonly<Record<Patient['sex'], string>> = {
  male: 'мужской',
  female: 'женский',
  other: 'иной',
  unknown: 'не указан',
}
