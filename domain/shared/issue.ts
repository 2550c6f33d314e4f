/**
 * One thing wrong with an input or a document, for a program (`code`, `pointer`) and a person (`detail`).
 * `pointer` is a JSON pointer into the report, or an HL7 v2 location such as `OBX[3]-5`.
 * `detail` is Russian and never quotes a value that could be personal data; codes of analytes and units may be named.
 */
export interface Issue {
  readonly code: string
  readonly pointer: string
  readonly detail: string
  readonly severity: 'error' | 'warning'
}
