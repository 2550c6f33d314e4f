import type { WordFacts } from '../../../domain/intake/word.ts'
import type { Report } from '../../../domain/report/report.ts'
import { createFindings } from '../findings.ts'
import { readSystem } from './header.ts'
import { type ReadContext, readTime } from './hl7-time.ts'
import type { MessageStructure, OrderGroup } from './message-structure.ts'
import { readNotes } from './notes.ts'
import { readObservation } from './observation.ts'
import * as order from './order.ts'
import { readPatient } from './patient.ts'
import type { SegmentReader } from './segment-reader.ts'
import { isCancelled, readReportStatus } from './status.ts'

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
  const { msh, pid } = structure
  const { findings } = context
  const told = structure.groups.filter(
    (group) => group.observations.length > 0 || isCancelled(group.obr),
  )
  const common = {
    system: readSystem(msh, findings),
    resultId: order.readResultId(structure, context),
    patient: readPatient(pid, findings),
    notes: readNotes(structure.notes),
    sentAt: readTime(msh, 7, context),
    messageId: msh.field(10).component(1) || undefined,
  }
  const parts = Map.groupBy(told, (group) => keyOf(group, common.resultId))
  return [...parts.values()].flatMap((own) => readResult(own, structure.groups, common, context))
}

type Common = Pick<Report, 'patient' | 'notes'> &
  Pick<WordFacts, 'sentAt' | 'messageId'> & { readonly system: string; readonly resultId: string }

function keyOf({ obr }: OrderGroup, resultId: string): string {
  const analysis = obr.field(4)
  const code = [1, 3].map((component) => analysis.component(component).toUpperCase())
  return JSON.stringify([order.ownNumber(obr) ?? resultId, ...code])
}

function readResult(
  own: readonly OrderGroup[],
  all: readonly OrderGroup[],
  common: Common,
  context: ReadContext,
): ReportDraft[] {
  const [first] = own
  const analysis = first && order.readAnalysis(first.obr, context)
  if (!first || !analysis) return []
  // Whatever a group does not say of itself the message says elsewhere.
  const around = [...own, ...all.filter((group) => !own.includes(group))]
  const segments = own.flatMap(({ obr, observations }) =>
    observations.map((observation) => ({ obr, observation })),
  )
  const readings = segments.map(({ obr, observation }) =>
    readObservation(observation, obr, undefined, context),
  )
  const observations = readings.map(({ observation }) => observation)
  const statuses = readings.map(({ status }) => status)
  const orders = own.map(({ obr }) => obr)
  const { patient, notes, system, resultId, messageId, sentAt } = common
  return [
    {
      report: {
        source: { system, resultId: order.ownNumber(first.obr) ?? resultId },
        status: readReportStatus(orders, statuses, context.findings),
        patient,
        order: order.readOrder(first, context),
        performer: order.readPerformer(around, context),
        responsibleDoctor: order.readResponsibleDoctor(around, context),
        specimen: order.readSpecimen(own, context) ?? order.readSpecimen(around, context),
        analysis,
        observations,
        performedAt: order.readPerformedAt(around, observations, context),
        notes,
      },
      word: { messageId, sentAt, issuedAt: readIssuedAt(orders, context) },
      places: {
        order: first.obr.at(),
        observations: segments.map(({ observation }) => observation.obx.at()),
      },
    },
  ]
}

/** OBR-22. What is wrong with it has been told where it was read as a part of the report. */
function readIssuedAt(orders: readonly SegmentReader[], context: ReadContext): string | undefined {
  const told = { ...context, findings: createFindings() }
  return orders.map((obr) => readTime(obr, 22, told)).find(isPresent)
}

const isPresent = <T>(value: T | undefined): value is T => value !== undefined
