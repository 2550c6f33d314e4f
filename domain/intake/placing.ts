import type { PatientComparison } from '../identity/compare-patients.ts'
import { Phase } from '../submission/phase.ts'
import type { Ruling } from './ruling.ts'
import type { Word } from './word.ts'

/**
 * What becomes of a word.
 * - `updates`: the next content of a submission that waits for its final result.
 * - `corrects`: the next version of a submission that waits for a correction.
 * - `replaces`: a submission in the place of the last one.
 * - `moves`: the result is another patient's: what stands is withdrawn, and a set of its own begins.
 */
export type Placing =
  | 'repeated'
  | 'outdated'
  | 'contested'
  | 'updates'
  | 'corrects'
  | 'replaces'
  | 'moves'

export function placeWord(
  ruling: Ruling['kind'],
  word: Word & { readonly cancels: boolean },
  head: { readonly phase: Phase; readonly version?: number | undefined },
  patient: PatientComparison,
): Placing {
  if (ruling !== 'next') return ruling
  if (patient === 'another') return isMeant(word, head) ? 'moves' : 'contested'
  if (patient === 'unclear') return 'contested'
  if (word.cancels) return 'replaces'
  if (head.phase === Phase.awaitingFinal) return 'updates'
  // What the laboratory has not confirmed yet never goes out as a correction.
  if (head.phase === Phase.needsCorrection && word.confirmed) return 'corrects'
  return 'replaces'
}

/** Another patient under a known number is a correction only if the laboratory says so: numbers are also used again. */
function isMeant(
  word: Word & { readonly cancels: boolean },
  head: { readonly version?: number | undefined },
): boolean {
  if (word.cancels) return false
  const higher =
    word.version !== undefined && head.version !== undefined && word.version > head.version
  return word.corrects || higher
}
