import type { WordFacts } from '../../../domain/intake/word.ts'
import type { Observation, ObservationValue, Report } from '../../../domain/report/report.ts'
import { toCodeSystem } from '../code-system.ts'
import { parseDecimal } from '../decimal.ts'
import { toInstant } from '../instant.ts'
import type { ReportInput } from './report-input-schema.ts'

type ObservationInput = ReportInput['observations'][number]
type ValueInput = NonNullable<ObservationInput['value']>
type DecimalInput = string | number

/** The input in canonical form: decimal strings, times with offset, known names of code systems, nothing left implicit. */
export function toReport(input: ReportInput, timeZone: string): Report {
  const time = (text: string | undefined) => text && (toInstant(text, timeZone) ?? text)
  const { issuedAt: _issuedAt, messageId: _messageId, ...content } = input
  const { order, patient, specimen } = input
  return {
    ...content,
    // False says what its absence says.
    patient: { ...patient, singleName: patient.singleName || undefined },
    order: order && { ...order, orderedAt: time(order.orderedAt) },
    specimen: specimen && {
      ...specimen,
      type: specimen.type && normalised(specimen.type),
      collectedAt: time(specimen.collectedAt),
      receivedAt: time(specimen.receivedAt),
    },
    analysis: normalised(input.analysis),
    observations: input.observations.map((observation) =>
      toObservation(observation, input.status, time),
    ),
    performedAt: toInstant(input.performedAt, timeZone) ?? input.performedAt,
    notes: input.notes ?? [],
  }
}

/** What the message states about itself. */
export function toWord({ source, issuedAt, messageId }: ReportInput, timeZone: string): WordFacts {
  return {
    version: source.version,
    messageId,
    issuedAt: issuedAt && (toInstant(issuedAt, timeZone) ?? issuedAt),
  }
}

function toObservation(
  input: ObservationInput,
  reportStatus: Report['status'],
  time: (text: string | undefined) => string | undefined,
): Observation {
  const { alternative, value, referenceRange, panel } = input
  return {
    ...normalised(input),
    alternative: alternative && normalised(alternative),
    value: value && toValue(value),
    referenceRange: referenceRange && {
      ...referenceRange,
      low: optionalDecimal(referenceRange.low),
      high: optionalDecimal(referenceRange.high),
    },
    performedAt: time(input.performedAt),
    status: input.status ?? reportStatus,
    panel: panel && normalised(panel),
    notes: input.notes ?? [],
  }
}

function toValue(input: ValueInput): ObservationValue {
  switch (input.kind) {
    case 'quantity':
      return { ...input, value: decimal(input.value) }
    case 'ratio':
      return {
        ...input,
        numerator: decimal(input.numerator),
        denominator: decimal(input.denominator),
      }
    case 'range':
      return { ...input, low: decimal(input.low), high: decimal(input.high) }
    case 'coded':
      return { ...input, coding: normalised(input.coding) }
    case 'text':
    case 'file':
      return input
  }
}

function normalised<T extends { codeSystem: string }>(coding: T): T {
  return { ...coding, codeSystem: toCodeSystem(coding.codeSystem) }
}

function optionalDecimal(value: DecimalInput | undefined): string | undefined {
  return value === undefined ? undefined : decimal(value)
}

/** The schema let only numbers through; were it ever to differ, the canonical schema refuses the text kept here. */
function decimal(value: DecimalInput): string {
  return parseDecimal(String(value)) ?? String(value)
}
