import { parsePolicyNumber } from '../../domain/identifiers/policy-number.ts'
import { parseSnils } from '../../domain/identifiers/snils.ts'
import type { Report } from '../../domain/report/report.ts'
import type { Findings } from './findings.ts'
import type { ParseOptions } from './port.ts'

type Mode = ParseOptions['identifierChecks']
type Kind = 'СНИЛС' | 'Номер полиса ОМС'

const CHECKS = { СНИЛС: parseSnils, 'Номер полиса ОМС': parsePolicyNumber }
const REASONS = {
  digits: 'содержит не только цифры',
  length: 'содержит неверное число цифр',
  checksum: 'не сходится контрольное число',
} as const

/** The report with its personal identifiers as plain digits; see `ParseOptions.identifierChecks` for those that fail. */
export function reviewIdentifiers(report: Report, mode: Mode, findings: Findings): Report {
  function review(kind: Kind, pointer: string, text: string | undefined): string | undefined {
    if (text === undefined) return undefined
    const checked = CHECKS[kind](text)
    if (checked.ok) return checked.value
    const note = mode === 'strict' ? findings.error : findings.warning
    const left = mode === 'warn' && checked.error !== 'checksum' ? ' Значение не принято.' : ''
    note(`identifier-${checked.error}`, pointer, `${kind}: ${REASONS[checked.error]}.${left}`)
    return checked.error === 'checksum' ? text.replace(/\D/g, '') : undefined
  }
  const { patient, performer, responsibleDoctor } = report
  return {
    ...report,
    patient: {
      ...patient,
      snils: review('СНИЛС', '/patient/snils', patient.snils),
      policy: review('Номер полиса ОМС', '/patient/policy', patient.policy),
    },
    performer: performer && {
      ...performer,
      snils: review('СНИЛС', '/performer/snils', performer.snils),
    },
    responsibleDoctor: responsibleDoctor && {
      ...responsibleDoctor,
      snils: review('СНИЛС', '/responsibleDoctor/snils', responsibleDoctor.snils),
    },
  }
}
