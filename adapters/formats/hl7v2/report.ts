import type { WordFacts } from '../../../domain/intake/word.ts'
import type { Report } from '../../../domain/report/report.ts'
import { toCodedElement } from './coded-element.ts'
import { readMessageId, readSystem } from './header.ts'
import { type ReadContext, readMoment } from './hl7-time.ts'
import type { MessageStructure } from './message-structure.ts'
import { readNotes } from './notes.ts'
import { readObservations } from './observation.ts'
import * as order from './order.ts'
import { isEmpty, type OrderGroup } from './order-group.ts'
import { readPatient } from './patient.ts'
import { readReportStatus } from './status.ts'

/** A report as read, before the last checks, and where its parts stand in the message. */
export interface ReportDraft {
  readonly report: Report
  readonly word: WordFacts
  /** `OBR[2]`, and `OBX[7]` for each observation. */
  readonly places: { readonly order: string; readonly observations: readonly string[] }
}

/**
 * The results a message tells of: each analysis (OBR-4) with its number is one, whatever stands beside it. Groups of one
 * analysis and number are one result. What is found wrong goes to `context.findings`; a report with errors is a draft.
 */
export function readResults(
  structure: MessageStructure,
  context: ReadContext,
): readonly ReportDraft[] {
  const message = readCommon(structure, context)
  const results = Map.groupBy(structure.groups, (group) => keyOf(group, message.resultId))
  return [...results.values()].flatMap((groups) => readResult(groups, message, context))
}

/** What every result of the message shares, and what stands in for what a group does not say of itself. */
function readCommon({ msh, pid, groups, ...structure }: MessageStructure, context: ReadContext) {
  const { findings, timeZone } = context
  const told = order.quiet(context)
  return {
    system: readSystem(msh, findings),
    resultId: order.readResultId({ msh, pid, groups, ...structure }, context),
    patient: readPatient(pid, findings),
    notes: readNotes(structure.notes),
    performer: order.readPerformer(groups, told),
    responsibleDoctor: order.readResponsibleDoctor(groups, told),
    specimen: order.readLoneSpecimen(groups),
    reportedAt: order.readReportedAt(groups, told),
    sentAt: readMoment(msh, 7, timeZone),
    messageId: readMessageId(msh, findings),
  }
}

/** By the code as it will stand in the report: one code system goes by many names. */
function keyOf({ obr }: OrderGroup, resultId: string): string {
  const { code, codeSystem } = toCodedElement(obr.field(4))?.coding ?? { code: obr.at() }
  return JSON.stringify([order.ownNumber(obr) ?? resultId, code, codeSystem])
}

function readResult(
  groups: readonly OrderGroup[],
  message: ReturnType<typeof readCommon>,
  context: ReadContext,
): ReportDraft[] {
  const { findings } = context
  const [first] = groups
  const analysis = first && order.readAnalysis(first.obr, context)
  if (!first || !analysis) return []
  if (groups.every(isEmpty)) {
    findings.warning('group-empty', first.obr.at(), 'у исследования нет показателей, оно пропущено')
    return []
  }
  const readings = readObservations(groups, context)
  const observations = readings.map(({ observation }) => observation)
  const statuses = readings.map(({ status }) => status)
  const status = readReportStatus(groups, statuses, findings)
  const { messageId, sentAt, reportedAt } = message
  const spokenAt = reportedAt ?? (status === 'cancelled' ? sentAt : undefined)
  const report: Report = {
    source: { system: message.system, resultId: order.ownNumber(first.obr) ?? message.resultId },
    status,
    patient: message.patient,
    order: order.readOrder(first, context),
    performer: order.readPerformer(groups, context) ?? message.performer,
    responsibleDoctor: order.readResponsibleDoctor(groups, context) ?? message.responsibleDoctor,
    specimen: order.readSpecimen(groups, message.specimen, context),
    analysis,
    observations,
    performedAt: readPerformedAt(groups, observations, spokenAt, context),
    notes: [...message.notes, ...readNotes(groups.flatMap(({ notes }) => notes))],
  }
  return [
    {
      report,
      word: { messageId, sentAt, issuedAt: readIssuedAt(groups, context) },
      places: { order: first.obr.at(), observations: readings.map(({ place }) => place) },
    },
  ]
}

/** `spokenAt` stands in: when the message reports its results, and for what is taken back, when it was made. */
function readPerformedAt(
  groups: readonly OrderGroup[],
  observations: Report['observations'],
  spokenAt: string | undefined,
  context: ReadContext,
): string {
  const time = order.readPerformedAt(groups, observations, context) ?? spokenAt
  if (time === undefined) {
    const place = groups[0]?.obr.at(22) ?? 'OBR[1]-22'
    context.findings.error('time-missing', place, 'не указано, когда получен результат')
  }
  return time ?? ''
}

/** OBR-22, the latest: groups of one result may be reported one after the other. */
function readIssuedAt(groups: readonly OrderGroup[], { timeZone }: ReadContext) {
  return groups
    .flatMap(({ obr }) => readMoment(obr, 22, timeZone) ?? [])
    .toSorted((left, right) => Date.parse(left) - Date.parse(right))
    .at(-1)
}
