import type { Report } from '../../domain/report/report.ts'
import { type Mutable, sampleReport } from '../../test/support/laboratory.ts'

const SAMPLES = ['cbc', 'biochemistry', 'sars-cov-2-pcr'] as const
export const SYSTEMS = ['LIS-A', 'LIS-B', 'LIS-C', 'LIS-D'] as const

export const emailOf = (item: number) => `patient-${item}@patients.example`

/** Result number `item` of a run: a patient of its own, so that a mail tells which result it is about. */
export function makeResult(run: string, item: number): Promise<Report> {
  const sample = SAMPLES[item % SAMPLES.length] ?? 'cbc'
  return sampleReport(sample, `${run}-${item}`, (report) => {
    report.source.system = SYSTEMS[item % SYSTEMS.length] ?? SYSTEMS[0]
    const { policy: _policy, ...patient } = report.patient
    report.patient = {
      ...patient,
      localId: `P-${run}-${item}`,
      snils: toSnils(900_100_000 + item),
      email: emailOf(item),
    }
  })
}

/** The whole result once more, with the note a laboratory adds when it corrects one. */
export function corrected(report: Report, version: number): Report {
  const copy = structuredClone(report) as Mutable<Report>
  copy.status = 'corrected'
  copy.source.version = version
  copy.notes = [`Исправлено, версия ${version}`]
  return copy as Report
}

/** Nine digits with their check number. */
function toSnils(number: number): string {
  const sum = [...String(number)].reduce((total, digit, at) => total + Number(digit) * (9 - at), 0)
  return `${number}${String((sum % 101) % 100).padStart(2, '0')}`
}
