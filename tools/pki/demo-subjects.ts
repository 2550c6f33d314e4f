/** Attribute of a subject: OID and text, with the string type the FSB's order № 795 asks for. */
export interface SubjectAttribute {
  readonly oid: string
  readonly value: string
  readonly encoding: 'utf8' | 'numeric' | 'printable'
}

const utf8 = (oid: string, value: string): SubjectAttribute => ({ oid, value, encoding: 'utf8' })
const numeric = (oid: string, value: string): SubjectAttribute => ({
  oid,
  value,
  encoding: 'numeric',
})

const COUNTRY: SubjectAttribute = { oid: '2.5.4.6', value: 'RU', encoding: 'printable' }
const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'
const INN = '1.2.643.3.131.1.1'
const INN_OF_LEGAL_ENTITY = '1.2.643.100.4'
const OGRN = '1.2.643.100.1'
const SNILS = '1.2.643.100.3'

export interface DemoOrganization {
  readonly name: string
  readonly inn: string
  readonly ogrn: string
}

/** Invented; the check digits are right. */
export const DEMO_ORGANIZATION: DemoOrganization = {
  name: 'ООО «Демонстрационная лаборатория»',
  inn: '9990000001',
  ogrn: '1099900000001',
}

export function authoritySubject(name: string): SubjectAttribute[] {
  return [COUNTRY, utf8('2.5.4.7', 'г. Москва'), utf8(ORGANIZATION, name), utf8(COMMON_NAME, name)]
}

/** Certificate of a legal entity with its head named. */
export function organizationSubject({ name, inn, ogrn }: DemoOrganization): SubjectAttribute[] {
  return [
    numeric(INN, '999000000143'),
    numeric(INN_OF_LEGAL_ENTITY, inn),
    numeric(OGRN, ogrn),
    numeric(SNILS, '11223344595'),
    COUNTRY,
    utf8('2.5.4.8', '77 г. Москва'),
    utf8('2.5.4.7', 'г. Москва'),
    utf8('2.5.4.9', 'ул. Примерная, д. 1'),
    utf8(ORGANIZATION, name),
    utf8('2.5.4.12', 'Генеральный директор'),
    utf8('2.5.4.4', 'Примеров'),
    utf8('2.5.4.42', 'Пётр Петрович'),
    utf8(COMMON_NAME, name),
  ]
}

/** Personal certificate of a doctor. */
export function doctorSubject(): SubjectAttribute[] {
  return [
    numeric(INN, '999000000217'),
    numeric(SNILS, '19702774500'),
    COUNTRY,
    utf8('2.5.4.4', 'Образцова'),
    utf8('2.5.4.42', 'Мария Ивановна'),
    utf8(COMMON_NAME, 'Образцова Мария Ивановна'),
  ]
}
