import type { Patient } from '../report/report.ts'

/** How a name is compared: case, ё and е, the kind of hyphen and the number of spaces say nothing about the person. */
export function normaliseName(name: string | undefined): string {
  return (name ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/\p{Dash_Punctuation}/gu, '-')
    .replace(/\s*-\s*/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Family and given name in one text; who has no given name is called otherwise than who has one. */
export function nameOf(patient: Pick<Patient, 'familyName' | 'givenName'>): string {
  return `${normaliseName(patient.familyName)}\n${normaliseName(patient.givenName)}`
}
