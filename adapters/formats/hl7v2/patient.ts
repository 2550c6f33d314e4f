import type { Patient } from '../../../domain/report/report.ts'
import type { Findings } from '../findings.ts'
import { isEmail, readEmail } from './contact.ts'
import { toDate } from './hl7-time.ts'
import { type IdentifierKind, toIdentifierKind } from './identifier-kind.ts'
import type { Repetition, SegmentReader } from './segment-reader.ts'

const SEXES: Readonly<Record<string, Patient['sex']>> = {
  M: 'male',
  М: 'male',
  '1': 'male',
  F: 'female',
  Ж: 'female',
  '2': 'female',
  O: 'other',
  A: 'other',
  U: 'unknown',
  N: 'unknown',
  '3': 'unknown',
}

export function readPatient(pid: SegmentReader, findings: Findings): Patient {
  const name = chooseName(pid.repetitions(5))
  const familyName = name?.subcomponent(1, 1) ?? ''
  const givenName = name?.component(2) ?? ''
  if (familyName === '') findings.error('name-missing', pid.at(5), 'не указана фамилия пациента')
  const identifiers = readIdentifiers(pid, findings)
  return {
    familyName,
    givenName: givenName || undefined,
    singleName: isOnlyName(name) || undefined,
    patronymic: name?.component(3) || undefined,
    birthDate: readBirthDate(pid, findings),
    sex: readSex(pid, findings),
    snils: identifiers.get('snils')?.number,
    policy: identifiers.get('policy')?.number,
    localId: identifiers.get('local')?.number,
    localIdSystem: identifiers.get('local')?.authority,
    phone: readPhone(pid, findings),
    email: readEmail(pid, 13, findings),
  }
}

/** Some systems repeat the name in Latin letters; the document needs the Cyrillic one. */
function chooseName(names: readonly Repetition[]): Repetition | undefined {
  return names.find((name) => /[а-яё]/i.test(name.component(1))) ?? names[0]
}

/** The sender says that there is no other name: HL7's explicit null in the place of the given name. */
function isOnlyName(name: Repetition | undefined): boolean {
  return name?.raw(2).trim() === '""'
}

function readBirthDate(pid: SegmentReader, findings: Findings): string | undefined {
  const text = pid.field(7).subcomponent(1, 1)
  const date = toDate(text)
  if (date === undefined) {
    const detail =
      text === ''
        ? 'дата рождения не указана'
        : 'не является полной датой ГГГГММДД; дата не принята'
    findings.warning(
      text === '' ? 'birth-date-missing' : 'birth-date-unreadable',
      pid.at(7),
      detail,
    )
  }
  return date
}

function readSex(pid: SegmentReader, findings: Findings): Patient['sex'] {
  const sex = SEXES[pid.field(8).component(1).toUpperCase()]
  if (sex === undefined) {
    findings.warning(
      'sex-missing',
      pid.at(8),
      'пол не указан или не распознан, принято «неизвестен»',
    )
  }
  return sex ?? 'unknown'
}

interface PatientNumber {
  readonly number: string
  readonly authority: string | undefined
}

/** Policies of the old kind have other numbers than the ЕНП and are still valid: left out, not refused. */
function readIdentifiers(
  pid: SegmentReader,
  findings: Findings,
): ReadonlyMap<IdentifierKind, PatientNumber> {
  const found = new Map<IdentifierKind, PatientNumber>()
  for (const repetition of pid.repetitions(3)) {
    const kind = toIdentifierKind([repetition.component(5), repetition.component(4)])
    // A local number is its authority's: nothing in it is padding. СНИЛС and policy are normalised later.
    const number = repetition.verbatim(1)
    if (kind === 'policy' && number.replace(/\D/g, '').length !== 16) {
      findings.warning('policy-not-enp', pid.at(3), 'номер полиса не является ЕНП и не принят')
    } else if (kind && number !== '' && !found.has(kind)) {
      // HD: the name of the authority, else its OID.
      const authority = repetition.subcomponent(4, 1) || repetition.subcomponent(4, 2) || undefined
      found.set(kind, { number, authority })
    }
  }
  return found
}

/** XTN: a written number, else country, area and local number. Entries that hold an e-mail address are no phone. */
function readPhone(pid: SegmentReader, findings: Findings): string | undefined {
  for (const repetition of pid.repetitions(13)) {
    const parts = [5, 6, 7].map((part) => repetition.component(part)).filter((part) => part !== '')
    const text = repetition.component(1) || repetition.component(12) || parts.join(' ')
    if (text === '' || isEmail(text)) continue
    if (/^[\d\s()+.-]{5,50}$/.test(text) && text.replace(/\D/g, '').length >= 5) return text
    findings.warning('phone-unreadable', pid.at(13), 'не является номером телефона и не принято')
  }
  return undefined
}
