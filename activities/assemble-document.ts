import type { SubmissionCase, Template } from '../adapters/storage/port.ts'
import {
  type MappedObservation,
  MappingTable,
  mapObservations,
} from '../domain/document/mapping.ts'
import { checkRequired, matchTemplate } from '../domain/document/template.ts'
import type { Issue } from '../domain/shared/issue.ts'
import type { AssembleOutcome } from '../domain/submission/outcomes.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import type { ActivityDeps } from './deps.ts'
import { sha256 } from './digest.ts'
import { type Done, onceFor } from './once.ts'
import { stopped } from './stopped.ts'

type Assembled = Done<AssembleOutcome>

/** Fills the template of the analysis type, or says everything that keeps it from being filled, at once. */
export function createAssembleDocument(deps: ActivityDeps) {
  return async function assembleDocument({ key }: { key: StepKey }): Promise<AssembleOutcome> {
    return await onceFor<AssembleOutcome>(deps.store, key, async (submission) => {
      if (submission.way.kind !== 'clear') return stopped(submission.way, submission.phase)
      const { organization, report } = submission
      const { templates, mappings } = await deps.store.templates.rules(organization.id)
      const table = new MappingTable(mappings)
      const template = matchTemplate(report.analysis, templates, table)
      const { mapped, issues } = mapObservations(report, table)
      const all = [
        ...(template ? checkRequired(report, template) : [noTemplate(report.analysis)]),
        ...issues,
      ]
      if (!template || all.length > 0) return withIssues(all)
      return await assemble(deps, submission, template, mapped)
    })
  }
}

function noTemplate({ codeSystem, code }: { codeSystem: string; code: string }): Issue {
  return {
    code: 'analysis-unmapped',
    pointer: '/analysis/code',
    detail: `Для исследования ${codeSystem} ${code} нет шаблона: добавьте шаблон или соответствие (POST /v1/code-mappings, kind analysis)`,
    severity: 'error',
  }
}

function withIssues(issues: readonly Issue[]): Assembled {
  const codes = [...new Set(issues.map((issue) => issue.code))]
  return {
    outcome: { kind: 'issues', codes },
    patch: { phase: Phase.needsCorrection, issues, reason: 'document-issues' },
    events: [
      {
        type: 'document.issues',
        text: `Проверка перед отправкой: замечаний ${issues.length}`,
        details: { codes, count: issues.length },
      },
    ],
  }
}

async function assemble(
  deps: ActivityDeps,
  submission: SubmissionCase,
  template: Template,
  mapped: readonly MappedObservation[],
): Promise<Assembled> {
  const { organization, report } = submission
  const certificate = deps.signer.certificate()
  const { xml, pdf } = await deps.documents.render({
    documentId: submission.documentId,
    setId: submission.setId,
    versionNumber: submission.versionNumber,
    replacesDocumentId: submission.replacesDocumentId,
    createdAt: deps.now().toISOString(),
    organization,
    title: template.title,
    serviceCode: template.serviceCodes[0] ?? '',
    report,
    mapped,
    stamp: {
      owner: certificate.owner,
      serial: certificate.serial,
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
    },
    signature: {
      reason: 'Протокол лабораторного исследования',
      location: organization.address ?? '',
      room: await deps.signer.pdfSignatureRoom(),
    },
  })
  const xmlBlobId = deps.newId()
  const pdfBlobId = deps.newId()
  const digest = sha256(xml)
  return {
    outcome: {
      kind: 'assembled',
      templateConfirmed: template.confirmed,
      certificateSerial: certificate.serial,
    },
    patch: { phase: template.confirmed ? Phase.signing : Phase.awaitingApproval, issues: [] },
    events: [
      {
        type: 'document.assembled',
        text: `Документ сформирован по шаблону «${template.title}»`,
        details: { template: template.code, templateVersion: template.version },
      },
    ],
    document: {
      documentId: submission.documentId,
      templateVersionId: template.versionId,
      digest,
      replacesId: submission.replacesDocumentId ?? null,
      xmlBlobId,
      pdfBlobId,
    },
    blobs: [
      { id: xmlBlobId, kind: 'document-xml', mediaType: 'application/xml', bytes: xml },
      { id: pdfBlobId, kind: 'document-pdf-unsigned', mediaType: 'application/pdf', bytes: pdf },
    ],
  }
}
