import type { Findings } from '../findings.ts'
import { email } from '../report-parts.ts'
import type { SegmentReader } from './segment-reader.ts'

export function isEmail(text: string): boolean {
  return email.safeParse(text).success
}

/** First e-mail address of an XTN field: component 4, or, as many systems write it, component 1. */
export function readEmail(
  segment: SegmentReader,
  field: number,
  findings: Findings,
): string | undefined {
  for (const repetition of segment.repetitions(field)) {
    const address = [4, 1].map((part) => repetition.component(part)).find(isEmail)
    if (address !== undefined) return address
    if (repetition.component(4) !== '') {
      findings.warning(
        'email-unreadable',
        segment.at(field),
        'не является адресом почты и не принято',
      )
    }
  }
  return undefined
}
