import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type {
  AddSignature,
  Approve,
  ConsentChanged,
  Correct,
  Decide,
  Progress,
  RegistryAnswered,
  SignatureVerdict,
  Superseded,
} from '../domain/submission/messages.ts'

export const registryAnswered = defineSignal<[RegistryAnswered]>('registryAnswered')
export const consentChanged = defineSignal<[ConsentChanged]>('consentChanged')
export const submissionEntered = defineSignal<[]>('submissionEntered')
export const superseded = defineSignal<[Superseded]>('superseded')
export const wayCleared = defineSignal<[]>('wayCleared')
export const placeHold = defineSignal<[]>('placeHold')
export const releaseHold = defineSignal<[]>('releaseHold')

export const approve = defineUpdate<void, [Approve]>('approve')
export const reject = defineUpdate<void, [Decide]>('reject')
export const correct = defineUpdate<void, [Correct]>('correct')
export const retry = defineUpdate<void, [Decide]>('retry')
export const abandon = defineUpdate<void, [Decide]>('abandon')
export const addSignature = defineUpdate<SignatureVerdict, [AddSignature]>('addSignature')

export const getProgress = defineQuery<Progress, []>('getProgress')
