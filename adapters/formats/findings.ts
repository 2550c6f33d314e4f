import type { Issue } from '../../domain/shared/issue.ts'

/** More than this helps nobody and costs memory: a sender with a systematic mistake sees it in the first hundred. */
const MOST = 100

/** Collects what is wrong with a message, so that the sender learns all of it at once. */
export interface Findings {
  error(code: string, pointer: string, detail: string): void
  warning(code: string, pointer: string, detail: string): void
  add(issues: readonly Issue[]): void
  hasErrors(): boolean
  errors(): Issue[]
  warnings(): Issue[]
}

export function createFindings(): Findings {
  const found = { error: [] as Issue[], warning: [] as Issue[] }
  function note(issue: Issue) {
    if (found[issue.severity].length < MOST) found[issue.severity].push(issue)
  }
  return {
    error: (code, pointer, detail) => note({ code, pointer, detail, severity: 'error' }),
    warning: (code, pointer, detail) => note({ code, pointer, detail, severity: 'warning' }),
    add: (issues) => issues.forEach(note),
    hasErrors: () => found.error.length > 0,
    errors: () => [...found.error],
    warnings: () => [...found.warning],
  }
}
