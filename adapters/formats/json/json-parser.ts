import { STANDS_TWICE } from '../../../domain/shared/json-duplicate.ts'
import { err, ok } from '../../../domain/shared/result.ts'
import { createFindings } from '../findings.ts'
import { finishReport } from '../finish-report.ts'
import type { ReportParser } from '../port.ts'
import { toIssues } from '../schema-issues.ts'
import { type JsonFault, readJson } from './read-json.ts'
import { reportInputSchema } from './report-input-schema.ts'
import { toReport, toWord } from './to-report.ts'

const MAX_DEPTH = 32

/** The product's own format: reportInputSchema as UTF-8 JSON. Pointers of issues are JSON pointers into the message. */
export const jsonParser: ReportParser = {
  parse({ bytes, options }) {
    const findings = createFindings()
    const read = readJson(bytes, options.limits?.maxDepth ?? MAX_DEPTH)
    if (!read.ok) {
      findings.error(...describe(read.error))
      return err(findings.errors())
    }
    const checked = reportInputSchema.safeParse(read.value, { reportInput: true })
    if (!checked.success) {
      findings.add(toIssues(checked.error))
      return err(findings.errors())
    }
    const report = finishReport(toReport(checked.data, options.timeZone), options, findings)
    if (report === undefined || findings.hasErrors()) {
      return err([...findings.errors(), ...findings.warnings()])
    }
    const word = toWord(checked.data, options.timeZone)
    return ok({ results: [{ report, word }], warnings: findings.warnings() })
  },
}

function describe(fault: JsonFault): [code: string, pointer: string, detail: string] {
  switch (fault.kind) {
    case 'encoding':
      return ['encoding-invalid', '', 'Содержимое не является текстом в UTF-8.']
    case 'depth':
      return ['json-too-deep', '', 'Слишком глубокая вложенность JSON.']
    case 'size':
      return ['json-too-large', '', 'Слишком много значений для одного результата.']
    case 'duplicate':
      return ['json-duplicate', fault.pointer, STANDS_TWICE]
    case 'syntax': {
      const place = fault.place && `: строка ${fault.place.line}, знак ${fault.place.column}`
      return ['json-invalid', '', `Содержимое не является правильным JSON${place ?? ''}.`]
    }
  }
}
