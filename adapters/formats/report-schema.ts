import { z } from 'zod'
import type { Report } from '../../domain/report/report.ts'
import * as parts from './report-parts.ts'

const observation = parts.observation.extend({
  value: z
    .discriminatedUnion('kind', [parts.quantity, parts.ratio, parts.range, ...parts.wordValues])
    .optional(),
  referenceRange: parts.referenceRange.optional(),
  performedAt: parts.instant.optional(),
  status: parts.observationStatus,
  notes: parts.notes,
})

/**
 * The canonical report, normalised: what every parser returns and the store keeps. What a sender may write in JSON is
 * wider and stands in json/report-input-schema.ts.
 */
export const reportSchema = z.strictObject({
  source: parts.source,
  status: parts.reportStatus,
  patient: parts.patient,
  order: parts.order.optional(),
  performer: parts.practitioner.optional(),
  responsibleDoctor: parts.practitioner.optional(),
  specimen: parts.specimen.optional(),
  analysis: parts.analysis,
  observations: z.array(observation).max(parts.MOST_OBSERVATIONS),
  performedAt: parts.instant,
  notes: parts.notes,
})

type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Does not compile when the schema and the domain type drift apart, in either direction. */
export const schemaMatchesReport: Same<Plain<z.infer<typeof reportSchema>>, Plain<Report>> = true
