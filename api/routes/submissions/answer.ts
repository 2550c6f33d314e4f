import type { z } from 'zod'
import type { ArtefactKind, SubmissionView } from '../../../adapters/storage/port.ts'
import type { Issue } from '../../../domain/shared/issue.ts'
import { QUESTIONS } from '../../../domain/submission/question.ts'
import { REASON_TEXT } from '../../../domain/submission/reason.ts'
import { STATUS_TEXT } from '../../../domain/submission/status.ts'
import { toIso } from '../../schemas/parts.ts'
import type { submissionSchema, submissionSummarySchema } from '../../schemas/submission.ts'
import { ARTEFACT_FILES } from './artefact-files.ts'

export function submissionPath(id: string): string {
  return `/v1/submissions/${id}`
}

export function toSummary(
  view: SubmissionView,
  warnings: readonly Issue[] = [],
): z.output<typeof submissionSummarySchema> {
  return {
    id: view.id,
    phase: view.phase,
    status: view.status,
    statusText: STATUS_TEXT[view.status],
    version: view.version,
    revision: view.revision,
    ...(warnings.length > 0 && { warnings: warnings.map((warning) => ({ ...warning })) }),
    links: toLinks(view.id, view.artefacts),
  }
}

export function toSubmission(view: SubmissionView): z.output<typeof submissionSchema> {
  return {
    ...toSummary(view),
    documentId: view.documentId,
    setId: view.setId,
    source: {
      system: view.sourceSystem,
      resultId: view.sourceId,
      version: view.sourceVersion,
    },
    analysisCode: view.analysisCode,
    replaces: view.replaces,
    replacedBy: view.replacedBy,
    lastVerdict: view.lastVerdict,
    issues: view.issues.map((issue) => ({ ...issue })),
    reason: view.reason,
    reasonText: toReasonText(view.reason),
    waitingUntil: toIso(view.waitingUntil),
    registryId: view.registryId,
    retainUntil: toIso(view.retainUntil),
    holdReason: view.holdReason,
    registered: view.registered,
    questions: view.questions.map(toQuestion),
    receivedAt: toIso(view.receivedAt),
    updatedAt: toIso(view.updatedAt),
    ...toHistory(view),
  }
}

function toHistory({ versions, attempts, answers }: SubmissionView) {
  return {
    versions: versions.map((version) => ({
      ...version,
      createdAt: toIso(version.createdAt),
      changedFields: [...version.changedFields],
      registry: {
        ...version.registry,
        leftAt: toIso(version.registry.leftAt),
        withdrawnAt: toIso(version.registry.withdrawnAt),
      },
    })),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      startedAt: toIso(attempt.startedAt),
      finishedAt: toIso(attempt.finishedAt),
    })),
    answers: answers.map((answer) => ({
      ...answer,
      issues: answer.issues.map((issue) => ({ ...issue })),
      answeredAt: toIso(answer.answeredAt),
      receivedAt: toIso(answer.receivedAt),
    })),
  }
}

function toQuestion({ id, code, details, askedAt }: SubmissionView['questions'][number]) {
  const { text, decisions } = QUESTIONS[code]
  return { id, code, text, details, askedAt: toIso(askedAt), decisions: [...decisions] }
}

function toReasonText(reason: string | null): string | null {
  if (reason === null) return null
  return Object.hasOwn(REASON_TEXT, reason) ? REASON_TEXT[reason as keyof typeof REASON_TEXT] : null
}

function toLinks(id: string, artefacts: readonly ArtefactKind[]): Record<string, string> {
  const self = submissionPath(id)
  const files = ARTEFACT_FILES.filter(({ kind }) => artefacts.includes(kind))
  return {
    self,
    events: `${self}/events`,
    ...Object.fromEntries(files.map(({ name }) => [name, `${self}/${name}`])),
  }
}
