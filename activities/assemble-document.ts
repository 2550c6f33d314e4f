import type { SubmissionCase, Template } from '../adapters/storage/port.ts'
import { documentTitle } from '../domain/document/analyses.ts'
import { checkCodes } from '../domain/document/check-codes.ts'
import {
  codesIn,
  type MappedObservation,
  MappingTable,
  mapObservations,
} from '../domain/document/mapping.ts'
import { CodeLists } from '../domain/document/official-codes.ts'
import { checkRequired, matchTemplate, templateIssue } from '../domain/document/template.ts'
import type { Issue } from '../domain/shared/issue.ts'
import type { AssembleOutcome } from '../domain/submission/outcomes.ts'
import { Phase } from '../domain/submission/phase.ts'
import type { StepKey } from '../domain/submission/step.ts'
import { analysesOf } from './covered-analyses.ts'
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
      const codes = codesIn(report)
      const rules = await deps.store.templates.rules(organization.id, undefined, codes)
      const table = new MappingTable(rules.mappings)
      const match = matchTemplate(report.analysis, rules.templates, table)
      const { mapped, issues } = mapObservations(report, table)
      const all = [
        ...(match.kind === 'one'
          ? checkRequired(report, match.template)
          : [templateIssue(report.analysis, match)]),
        ...issues,
        ...checkCodes(report, table, new CodeLists(rules.lists)),
      ]
      if (match.kind !== 'one' || all.length > 0) return withIssues(all)
      const title = documentTitle(match.template, report, rules.templates, table)
      const analyses = analysesOf(match.template, report, rules.templates, table)
      return await assemble(deps, submission, { ...match.template, title, analyses }, mapped)
    })
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
  template: Template & { readonly analyses: readonly string[] },
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
      analyses: template.analyses,
      xmlBlobId,
      pdfBlobId,
    },
    blobs: [
      { id: xmlBlobId, kind: 'document-xml', mediaType: 'application/xml', bytes: xml },
      { id: pdfBlobId, kind: 'document-pdf-unsigned', mediaType: 'application/pdf', bytes: pdf },
    ],
  }
}
