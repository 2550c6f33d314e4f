import type {
  PayloadJson,
  SubmissionWorkflows,
  WorkflowMessage,
} from '../../../adapters/temporal/port.ts'

/** Temporal as far as the API sees it: remembers what it was told; a test sets what it answers. */
export interface FakeWorkflows extends SubmissionWorkflows {
  readonly delivered: WorkflowMessage[]
  readonly calls: { name: string; submissionId: string; input: object }[]
  /** Thrown by every call while set. */
  failure: Error | undefined
  signatureVerdict: { accepted: boolean; code?: string }
  /** Deliveries wait for it while set. */
  gate: Promise<void> | undefined
}

export function createFakeWorkflows(): FakeWorkflows {
  const answer = (name: string) => async (submissionId: string, input: object) => {
    if (fake.failure) throw fake.failure
    fake.calls.push({ name, submissionId, input })
  }
  const fake: FakeWorkflows = {
    delivered: [],
    calls: [],
    failure: undefined,
    gate: undefined,
    signatureVerdict: { accepted: true },
    async deliver(message) {
      await fake.gate
      if (fake.failure) throw fake.failure
      fake.delivered.push(message)
    },
    approve: answer('approve'),
    reject: answer('reject'),
    retry: answer('retry'),
    abandon: answer('abandon'),
    cancel: answer('cancel'),
    async addSignature(submissionId, input) {
      await answer('addSignature')(submissionId, input)
      return fake.signatureVerdict
    },
    async ping() {
      if (fake.failure) throw fake.failure
    },
    async decodePayloads(payloads: readonly PayloadJson[]) {
      return payloads.map(({ metadata }) => ({ metadata, data: btoa('"decoded"') }))
    },
  }
  return fake
}
