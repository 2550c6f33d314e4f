import type { Activities } from '../../activities/index.ts'
import { CONSENT_ID, POLICY } from './sample-policy.ts'

interface Surroundings {
  now(): Promise<number>
  answered(): Promise<void>
}

/** Every step succeeds at once and the registry accepts by callback. */
export function happySteps(world: Surroundings): Activities {
  const nothing = () => Promise.resolve()
  return {
    checkConsent: () => Promise.resolve({ kind: 'active', consentId: CONSENT_ID }),
    requestConsent: nothing,
    watchLegalBasis: nothing,
    recheckConsent: () => Promise.resolve({ status: 'active', inFlight: [] }),
    assembleDocument: () =>
      Promise.resolve({ kind: 'assembled', templateConfirmed: true, certificateSerial: 'A1' }),
    approveDocument: nothing,
    signDocument: () => Promise.resolve({ kind: 'signed', personalSignatures: 0 }),
    verifySignature: () => Promise.resolve({ accepted: true, missing: 0 }),
    sendDocument: async () => {
      await world.answered()
      return { kind: 'taken' }
    },
    findInRegistry: () => Promise.resolve({ kind: 'taken' }),
    recordAnswer: async () => ({
      kind: 'accepted',
      retainUntil: new Date((await world.now()) + POLICY.retentionMs).toISOString(),
    }),
    findLeftover: () => Promise.resolve(null),
    withdrawDocument: () => Promise.resolve({ kind: 'withdrawn' }),
    voidDocument: nothing,
    raiseAttention: nothing,
    closeSubmission: nothing,
    sendNotification: () => Promise.resolve('sent'),
    sealRecord: () => Promise.resolve({ onHold: false }),
    destroyRecord: nothing,
    reconcileSubmissions: () => Promise.resolve({ looked: 0, restarted: 0, held: 0, next: null }),
    reconcileRuns: () => Promise.resolve({ looked: 0, strays: [], next: null }),
  }
}
