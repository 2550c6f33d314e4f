import type { Practitioner } from '../../../domain/report/report.ts'
import type { Findings } from '../findings.ts'
import { readEmail } from './contact.ts'
import { toIdentifierKind } from './identifier-kind.ts'
import type { Repetition, SegmentReader } from './segment-reader.ts'

/** One person as one repetition of the field tells it: parts by number of component (XCN) or subcomponent (CNN). */
type Part = (number: number) => string

/** XCN: id 1, names 2–4, assigning authority 9, identifier type 13. Repetitions are other ids of the same person. */
export function readPractitioner(
  segment: SegmentReader,
  field: number,
  findings: Findings,
  contactField?: number,
): Practitioner | undefined {
  const people = segment.repetitions(field).map((repetition) => ({
    part: ((number) => repetition.subcomponent(number, 1)) satisfies Part,
    kind: toIdentifierKind(['', repetition.component(13), repetition.component(9)]),
  }))
  const person = toPractitioner(people, () =>
    findings.warning('name-missing', segment.at(field), 'у сотрудника нет фамилии, он не принят'),
  )
  if (person === undefined || contactField === undefined) return person
  return { ...person, email: readEmail(segment, contactField, findings) }
}

/** NDL of OBR-32: the person is component 1, a CNN with id 1, names 2–4, assigning authority 9 and 10. */
export function readInterpreter(obr: SegmentReader, findings: Findings): Practitioner | undefined {
  const people = obr.repetitions(32).map((repetition: Repetition) => {
    const part: Part = (number) => repetition.subcomponent(1, number)
    return { part, kind: toIdentifierKind(['', part(9), part(10)]) }
  })
  return toPractitioner(people, () =>
    findings.warning('name-missing', obr.at(32), 'у исполнителя нет фамилии, он не принят'),
  )
}

function toPractitioner(
  people: readonly { part: Part; kind: ReturnType<typeof toIdentifierKind> }[],
  onNameless: () => void,
): Practitioner | undefined {
  const first = people.find(({ part }) => part(2) !== '')
  if (!first) {
    if (people.some(({ part }) => part(1) !== '')) onNameless()
    return undefined
  }
  const name = first.part
  const same = people.filter(({ part }) => part(2) === '' || part(2) === name(2))
  const idOf = (kind: 'snils' | 'local') =>
    same.find((person) => person.kind === kind && person.part(1) !== '')?.part(1)
  return {
    familyName: name(2),
    givenName: name(3) || undefined,
    patronymic: name(4) || undefined,
    localId: idOf('local'),
    snils: idOf('snils'),
  }
}
