import { createApproveDocument } from './approve-document.ts'
import { createAssembleDocument } from './assemble-document.ts'
import { createCheckConsent } from './check-consent.ts'
import {
  createCloseSubmission,
  createRaiseAttention,
  createVoidDocument,
} from './close-submission.ts'
import type { ActivityDeps } from './deps.ts'
import { createDestroyRecord } from './destroy-record.ts'
import { createFindInRegistry } from './find-in-registry.ts'
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
    checkConsent: failing(createCheckConsent(deps)),
    requestConsent: failing(createRequestConsent(deps)),
    watchLegalBasis: failing(createWatchLegalBasis(deps)),
    recheckConsent: failing(createRecheckConsent(deps)),
    assembleDocument: failing(createAssembleDocument(deps)),
    approveDocument: failing(createApproveDocument(deps)),
    signDocument: failing(createSignDocument(deps)),
    verifySignature: failing(createVerifySignature(deps)),
    sendDocument: failing(createSendDocument(deps)),
    findInRegistry: failing(createFindInRegistry(deps)),
    recordAnswer: failing(createRecordAnswer(deps)),
    withdrawDocument: failing(createWithdrawDocument(deps)),
    voidDocument: failing(createVoidDocument(deps)),
    raiseAttention: failing(createRaiseAttention(deps)),
    closeSubmission: failing(createCloseSubmission(deps)),
    sendNotification: failing(createSendNotification(deps)),
    sealRecord: failing(createSealRecord(deps)),
    destroyRecord: failing(createDestroyRecord(deps)),
    reconcileSubmissions: failing(createReconcileSubmissions(deps)),
    reconcileRuns: failing(createReconcileRuns(deps)),
  }
}

export type Activities = ReturnType<typeof createActivities>

/** Every activity fails in Temporal's words. */
function failing<Args extends unknown[], Result>(
  activity: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await activity(...args)
    } catch (error) {
      throw toApplicationFailure(error)
    }
  }
}
