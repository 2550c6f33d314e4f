import { comparePatients, type PatientComparison } from '../../domain/identity/compare-patients.ts'
import type { Report } from '../../domain/report/report.ts'
import { isAppError } from '../../domain/shared/app-error.ts'
import type { Sealer } from '../shared/sealer.ts'
import { readReport } from './read-report.ts'
import type { KnownResult } from './result-rows.ts'
import type { Statements } from './statements.ts'

/** The patient of a report beside the patient of the last word. One whose record was destroyed cannot be compared. */
export async function compareWithLast(
  tx: Statements,
  sealer: Sealer,
  { head }: KnownResult,
  report: Report,
): Promise<PatientComparison> {
  try {
    const last = await readReport(tx, sealer, head)
    const sources = { a: last.source.system, b: report.source.system }
    return comparePatients(last.patient, report.patient, sources)
  } catch (error) {
    if (isAppError(error) && error.code === 'content-unreadable') return 'unclear'
    throw error
  }
}
