import type { Report } from '../../domain/report/report.ts'
import { reviewConsistency } from './consistency-review.ts'
import type { Findings } from './findings.ts'
import { reviewIdentifiers } from './identifier-review.ts'
import type { ParseOptions } from './port.ts'
import { reportSchema } from './report-schema.ts'
import { toIssues } from './schema-issues.ts'

/**
 * The last step of every parser: the same checks whatever the format. Findings carry JSON pointers into the report; a
 * report is only returned without keys that hold `undefined`, because those would not survive storage.
 */
export function finishReport(
  draft: Report,
  options: ParseOptions,
  findings: Findings,
): Report | undefined {
  const reviewed = reviewIdentifiers(draft, options.identifierChecks, findings)
  reviewConsistency(reviewed, findings)
  const plain: unknown = JSON.parse(JSON.stringify(reviewed))
  const checked = reportSchema.safeParse(plain, { reportInput: true })
  if (!checked.success) {
    findings.add(toIssues(checked.error))
    return undefined
  }
  return checked.data
}
