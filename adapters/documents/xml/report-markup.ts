import type {
  Observation,
  Order,
  Patient,
  Practitioner,
  Specimen,
} from '../../../domain/report/report.ts'
import type { MappedObservation } from '../port.ts'
import { element, type Markup, textElement } from './markup.ts'
import { codingElement, valueElement } from './value-markup.ts'

/** Identity and identifiers. Phone and e-mail serve notification and have no place in a medical document. */
export function patientElement(patient: Patient): Markup {
  return element('patient', {}, [
    textElement('familyName', patient.familyName),
    textElement('givenName', patient.givenName),
    textElement('patronymic', patient.patronymic),
    textElement('birthDate', patient.birthDate),
    textElement('sex', patient.sex),
    textElement('snils', patient.snils),
    textElement('policy', patient.policy),
    patient.localId === undefined
      ? undefined
      : element('localId', { system: patient.localIdSystem }, patient.localId),
  ])
}

export function orderElement(order: Order | undefined): Markup | undefined {
  return (
    order &&
    element('order', {}, [
      textElement('placerNumber', order.placerNumber),
      textElement('fillerNumber', order.fillerNumber),
      textElement('orderedAt', order.orderedAt),
    ])
  )
}

export function specimenElement(specimen: Specimen | undefined): Markup | undefined {
  return (
    specimen &&
    element('specimen', { id: specimen.id }, [
      codingElement('type', specimen.type),
      textElement('collectedAt', specimen.collectedAt),
      textElement('receivedAt', specimen.receivedAt),
    ])
  )
}

export function practitionerElement(
  name: 'performer' | 'responsibleDoctor',
  person: Practitioner | undefined,
): Markup | undefined {
  return (
    person &&
    element(name, {}, [
      textElement('familyName', person.familyName),
      textElement('givenName', person.givenName),
      textElement('patronymic', person.patronymic),
      textElement('snils', person.snils),
      textElement('localId', person.localId),
      textElement('position', person.position),
    ])
  )
}

export function observationElement(
  observation: Observation,
  index: number,
  mapped: MappedObservation | undefined,
): Markup {
  const { referenceRange: range, alternative, panel } = observation
  return element('observation', { index: index + 1, status: observation.status }, [
    codingElement('laboratoryCode', observation),
    codingElement('alternativeCode', alternative),
    mapped && element('fsli', { code: mapped.fsliCode }, mapped.fsliName),
    codingElement('panel', panel),
    valueElement(observation.value),
    mapped?.unit ? element('unit', { code: mapped.unit.code }, mapped.unit.name) : undefined,
    range &&
      element('referenceRange', {}, [
        textElement('low', range.low),
        textElement('high', range.high),
        textElement('text', range.text),
      ]),
    textElement('interpretation', observation.interpretation),
    textElement('performedAt', observation.performedAt),
    ...observation.notes.map((note) => element('note', {}, note)),
  ])
}
