import type { Coding } from '../../../domain/report/report.ts'
import { toCodeSystem } from '../code-system.ts'
import type { Repetition } from './segment-reader.ts'

export interface CodedElement {
  readonly coding: Coding
  readonly alternative: Coding | undefined
}

/**
 * CE or CWE: code, text, system in 1–3, the same for another system in 4–6, original text in 9. A code without a text is
 * shown by its code. `undefined` when neither triplet has a code.
 */
export function toCodedElement(repetition: Repetition): CodedElement | undefined {
  const codings = [1, 4].flatMap((first) => toCoding(repetition, first) ?? [])
  const [coding, alternative] = codings
  return coding && { coding, alternative }
}

function toCoding(repetition: Repetition, first: number): Coding | undefined {
  const code = repetition.component(first)
  if (code === '') return undefined
  const name = repetition.component(first + 1) || repetition.component(9) || code
  return { code, codeSystem: toCodeSystem(repetition.component(first + 2)), name }
}

/** The words of a CE or CWE that carries no code. */
export function toWords(repetition: Repetition): string {
  return repetition.component(2) || repetition.component(9) || repetition.component(5)
}
