import { err, ok, type Result } from '../shared/result.ts'
import type { Identifier } from './identifier.ts'

/** Code of the reason for tax registration (КПП): 9 characters, the fifth and sixth may be Latin capitals. No checksum. */
export type Kpp = Identifier<'Kpp'>

export function parseKpp(text: string): Result<Kpp, 'format'> {
  const plain = text.trim()
  return /^\d{4}[\dA-Z]{2}\d{3}$/.test(plain) ? ok(plain as Kpp) : err('format')
}
