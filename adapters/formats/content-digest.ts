import { createHash } from 'node:crypto'
import type { Report } from '../../domain/report/report.ts'

/**
 * SHA-256 (hex) of what the laboratory said: tells a repeated message from a changed one (promise P2). Formats, message
 * ids and times of sending are not part of a report, so a result sent again, or sent as JSON after HL7 v2, has the same
 * digest. Everything that is part of it counts: a preliminary result made final is another content. Only the priority of
 * the order does not: it says how soon, and a message sent again with more haste must not become a conflict.
 */
export function contentDigest(report: Report): string {
  return createHash('sha256')
    .update(canonicalJson(asEver(withoutPriority(report))), 'utf8')
    .digest('hex')
}

/**
 * In the form of before an absent version was left absent and a local number had an authority: what was accepted then is
 * known again when it is sent again.
 */
function asEver(report: Report) {
  const { source, patient } = report
  const { localIdSystem: _, ...rest } = patient
  return { ...report, source: { ...source, version: source.version ?? 1 }, patient: rest }
}

/** An order that says nothing else is none. */
function withoutPriority(report: Report): Report {
  if (report.order?.priority === undefined) return report
  const { priority: _, ...order } = report.order
  const known = Object.values(order).some((value) => value !== undefined)
  return { ...report, order: known ? order : undefined }
}

/** JSON with keys in code-unit order, no white space, and nothing for `undefined`. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
