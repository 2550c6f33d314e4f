import { Context } from '@temporalio/activity'
import { createApproveDocument } from './approve-document.ts'
import { createAssembleDocument } from './assemble-document.ts'
import { beating } from './beating.ts'
import { createCheckConsent } from './check-consent.ts'
import {
  createCloseSubmission,
  createRaiseAttention,
  createVoidDocument,
} from './close-submission.ts'
import type { ActivityDeps } from './deps.ts'
import { createDestroyRecord } from './destroy-record.ts'
import { createFindInRegistry } from './find-in-registry.ts'
import { createFindLeftover } from './find-leftover.ts'
import { createReconcileRuns, createReconcileSubmissions } from './reconcile.ts'
import { createRecordAnswer } from './record-answer.ts'
import { createRequestConsent } from './request-consent.ts'
import { createSealRecord } from './seal-record.ts'
import { createSendDocument } from './send-document.ts'
import { createSendNotification } from './send-notification.ts'
import { createSignDocument } from './sign-document.ts'
import { toApplicationFailure } from './to-application-failure.ts'
import { createVerifySignature } from './verify-signature.ts'
import { createRecheckConsent, createWatchLegalBasis } from './watch-consent.ts'
import { createWithdrawDocument } from './withdraw-document.ts'

/** The steps of the protocol, by the names Temporal knows them by. */
export function createActivities(deps: ActivityDeps) {
  return {
    checkConsent: step(createCheckConsent(deps)),
    requestConsent: step(createRequestConsent(deps)),
    watchLegalBasis: step(createWatchLegalBasis(deps)),
    recheckConsent: step(createRecheckConsent(deps)),
    assembleDocument: step(createAssembleDocument(deps)),
    approveDocument: step(createApproveDocument(deps)),
    signDocument: step(createSignDocument(deps)),
    verifySignature: step(createVerifySignature(deps)),
    sendDocument: step(createSendDocument(deps)),
    findInRegistry: step(createFindInRegistry(deps)),
    recordAnswer: step(createRecordAnswer(deps)),
    findLeftover: step(createFindLeftover(deps)),
    withdrawDocument: step(createWithdrawDocument(deps)),
    voidDocument: step(createVoidDocument(deps)),
    raiseAttention: step(createRaiseAttention(deps)),
    closeSubmission: step(createCloseSubmission(deps)),
    sendNotification: step(createSendNotification(deps)),
    sealRecord: step(createSealRecord(deps)),
    destroyRecord: step(createDestroyRecord(deps)),
    reconcileSubmissions: step(createReconcileSubmissions(deps)),
    reconcileRuns: step(createReconcileRuns(deps)),
  }
}

export type Activities = ReturnType<typeof createActivities>

/** Every activity says that it lives, and fails in Temporal's words. */
function step<Args extends unknown[], Result>(
  activity: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const alive = beating(activity)
  return async (...args) => {
    try {
      return await alive(...args)
    } catch (error) {
      throw toApplicationFailure(error, Context.current().info.attempt)
    }
  }
}
