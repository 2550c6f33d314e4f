/** Why a submission no longer counts: also the code of the reason it ends for (reason.ts). */
export type Supersession = 'superseded' | 'other-patient' | 'cancelled-by-laboratory'

/** Whatever the registry holds of it must not stay there, registered or not. */
export function mustBeWithdrawn(reason: Supersession): boolean {
  return reason !== 'superseded'
}
