import type { Report } from '../../domain/report/report.ts'
import { type Mutable, sampleReport } from '../../test/support/laboratory.ts'
import { emailOf, snilsOf } from './people.ts'
import { PANELS, type Panel } from './story.ts'

export const SYSTEMS = ['LIS-A', 'LIS-B', 'LIS-C', 'LIS-D'] as const

export const panelOf = (item: number): Panel => PANELS[item % PANELS.length] ?? 'cbc'

/** What a result that is told in a single word says, and what its correction after registration says. */
export const PLAIN_VALUES: Readonly<Record<Panel, readonly [first: string, revised: string]>> = {
  cbc: ['112', '120'],
  biochemistry: ['7.81', '6.10'],
  'sars-cov-2-pcr': ['не обнаружено', 'обнаружено'],
}

/** Result number `item` of a run: a patient of its own, so that a mail tells which result it is about. */
export function makeResult(run: string, item: number): Promise<Report> {
  return sampleReport(panelOf(item), `${run}-${item}`, (report) => {
    report.source.system = SYSTEMS[item % SYSTEMS.length] ?? SYSTEMS[0]
    const { policy: _policy, ...patient } = report.patient
    report.patient = {
      ...patient,
      localId: `P-${run}-${item}`,
      snils: snilsOf(item),
      email: emailOf(item),
    }
  })
}

/** What its system has said last of it: `isRevised`, once it has corrected the registered result. */
export async function makeLast(run: string, item: number, isRevised: boolean): Promise<Report> {
  const report = await makeResult(run, item)
  return isRevised ? withValue(report, PLAIN_VALUES[panelOf(item)][1]) : report
}

/** The whole result once more, with the note a laboratory adds when it corrects one. */
export function corrected(report: Report, version: number): Report {
  const copy = structuredClone(report) as Mutable<Report>
  copy.status = 'corrected'
  copy.source.version = version
  copy.notes = [`Исправлено, версия ${version}`]
  return copy as Report
}

/** With another first value, and without the mark that followed from the old one. */
export function withValue(report: Report, value: string): Mutable<Report> {
  const copy = structuredClone(report) as Mutable<Report>
  const [first] = copy.observations
  if (!first?.value) throw new Error('a sample without a value')
  if (first.value.kind === 'quantity') first.value.value = value
  if (first.value.kind === 'text') first.value.text = value
  delete first.interpretation
  return copy
}
