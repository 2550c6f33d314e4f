import type { DocumentInput } from '../port.ts'
import { canonicalize } from './canonicalize.ts'
import { element, type Markup, textElement } from './markup.ts'
import {
  observationElement,
  orderElement,
  patientElement,
  practitionerElement,
  specimenElement,
} from './report-markup.ts'

/** Namespace of laboratory-report-1.xsd; a changed meaning gets a new number. */
const NAMESPACE = 'urn:gonets:laboratory-report:1'

/** The document as canonical XML: the bytes that are digested, signed, sent and kept. */
export function renderReportXml(input: DocumentInput): Buffer {
  const { report } = input
  const root = element('laboratoryReport', { xmlns: NAMESPACE }, [
    documentElement(input),
    organizationElement(input.organization),
    element('source', {
      system: report.source.system,
      resultId: report.source.resultId,
      version: report.source.version,
    }),
    patientElement(report.patient),
    orderElement(report.order),
    specimenElement(report.specimen),
    practitionerElement('performer', report.performer),
    practitionerElement('responsibleDoctor', report.responsibleDoctor),
    analysisElement(input),
    element(
      'observations',
      {},
      report.observations.map((observation, index) =>
        observationElement(observation, index, input.mapped[index]),
      ),
    ),
    ...report.notes.map((note) => element('note', {}, note)),
  ])
  return canonicalize(root.source)
}

function documentElement(input: DocumentInput): Markup {
  return element('document', {}, [
    textElement('documentId', input.documentId),
    textElement('setId', input.setId),
    textElement('versionNumber', String(input.versionNumber)),
    textElement('replacesDocumentId', input.replacesDocumentId),
    textElement('createdAt', input.createdAt),
    textElement('title', input.title),
    textElement('reportStatus', input.report.status),
  ])
}

function organizationElement(organization: DocumentInput['organization']): Markup {
  return element('organization', {}, [
    textElement('name', organization.name),
    textElement('inn', organization.inn),
    textElement('ogrn', organization.ogrn),
    textElement('oid', organization.oid),
    textElement('license', organization.license),
    textElement('address', organization.address),
    textElement('phone', organization.phone),
  ])
}

function analysisElement({ report, serviceCode }: DocumentInput): Markup {
  const { code, codeSystem, name } = report.analysis
  return element('analysis', { code, codeSystem, serviceCode }, [
    textElement('name', name),
    textElement('performedAt', report.performedAt),
  ])
}
