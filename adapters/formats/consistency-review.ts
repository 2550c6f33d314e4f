import type { Observation, Report } from '../../domain/report/report.ts'
import { isGreater } from './decimal.ts'
import type { Findings } from './findings.ts'

/** What no single field shows: parts of the report that contradict each other. Pointers are JSON pointers into the report. */
export function reviewConsistency(report: Report, findings: Findings): void {
  const { birthDate } = report.patient
  const day = report.performedAt.slice(0, 10)
  if (birthDate !== undefined && day !== '' && birthDate > day) {
    findings.error('birth-date-late', '/patient/birthDate', 'Дата рождения позже даты результата.')
  }
  if (report.patient.givenName === undefined && !report.patient.singleName) {
    findings.warning('name-incomplete', '/patient/givenName', 'Имя пациента не указано.')
  }
  if (report.observations.length === 0 && report.status !== 'cancelled') {
    findings.error('observations-missing', '/observations', 'Нужен хотя бы один показатель.')
  }
  report.observations.forEach((observation, index) => {
    reviewObservation(observation, `/observations/${index}`, findings)
    if (observation.status === 'preliminary' && isDone(report)) {
      findings.error(
        'status-contradictory',
        `/observations/${index}/status`,
        'Показатель предварительный, а отчёт помечен как окончательный.',
      )
    }
  })
}

const isDone = ({ status }: Report) => status === 'final' || status === 'corrected'

function reviewObservation(observation: Observation, pointer: string, findings: Findings): void {
  const done = observation.status === 'final' || observation.status === 'corrected'
  // A comment in place of a value is how laboratories say "clotted sample" without a code for it.
  if (done && observation.value === undefined && observation.notes.length === 0) {
    findings.error(
      'value-missing',
      `${pointer}/value`,
      'Окончательный показатель не имеет значения.',
    )
  }
  const { value, referenceRange } = observation
  if (value?.kind === 'range' && isGreater(value.low, value.high)) {
    findings.error('range-reversed', `${pointer}/value`, 'Нижняя граница значения больше верхней.')
  }
  const { low, high } = referenceRange ?? {}
  if (low !== undefined && high !== undefined && isGreater(low, high)) {
    findings.warning(
      'reference-range-reversed',
      `${pointer}/referenceRange`,
      'Нижняя граница референсного интервала больше верхней.',
    )
  }
}
