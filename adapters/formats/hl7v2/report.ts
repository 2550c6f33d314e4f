import type { Report } from '../../../domain/report/report.ts'
import { readSystem } from './header.ts'
import type { ReadContext } from './hl7-time.ts'
import type { MessageStructure, OrderGroup } from './message-structure.ts'
import { readNotes } from './notes.ts'
import { type ObservationReading, readObservation } from './observation.ts'
import * as order from './order.ts'
import { readPatient } from './patient.ts'
import { readReportStatus } from './status.ts'

/**
 * The report a message tells of. Several OBR groups make one report: the first names the analysis, and every observation
 * then carries its own group as `panel`. What is found wrong goes to `context.findings`; a report with errors is a draft.
 */
export function readReport(structure: MessageStructure, context: ReadContext): Report | undefined {
  const { findings } = context
  const { msh, pid, groups } = structure
  const [first] = groups
  const readings = readObservations(groups, context)
  const analysis = first && order.readAnalysis(first.obr, context)
  if (!analysis) return undefined
  const statuses = readings.map(({ status }) => status)
  const orders = groups.map(({ obr }) => obr)
  const observations = readings.map(({ observation }) => observation)
  return {
    source: {
      system: readSystem(msh, findings),
      resultId: order.readResultId(structure, context),
    },
    status: readReportStatus(orders, statuses, findings),
    patient: readPatient(pid, findings),
    order: order.readOrder(first, context),
    performer: order.readPerformer(groups, context),
    responsibleDoctor: order.readResponsibleDoctor(groups, context),
    specimen: order.readSpecimen(groups, context),
    analysis,
    observations,
    performedAt: order.readPerformedAt(groups, observations, context),
    notes: readNotes(structure.notes),
  }
}

function readObservations(
  groups: readonly OrderGroup[],
  context: ReadContext,
): readonly ObservationReading[] {
  const filled = groups.filter((group) => group.observations.length > 0)
  return filled.flatMap(({ obr, observations }) => {
    const panel = filled.length > 1 ? order.readPanel(obr) : undefined
    return observations.map((segments) => readObservation(segments, obr, panel, context))
  })
}
