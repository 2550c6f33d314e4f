import {
  ApplicationFailure,
  log,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow'
import { isUnsealed } from '../domain/shared/unsealed.ts'

const CODE = 'input-unsealed'
const refused = () => ApplicationFailure.nonRetryable('the input was not sealed', CODE)

/**
 * What reaches a run in clear does not come from the product: a start ends at once, an update is refused, a signal is
 * dropped. Throwing out of a signal would stop the run of a patient for whoever can write to Temporal.
 */
const sealedOnly: WorkflowInboundCallsInterceptor = {
  async execute(input, next) {
    if (input.args.some(isUnsealed)) throw refused()
    return await next(input)
  },
  async handleSignal(input, next) {
    if (!input.args.some(isUnsealed)) return await next(input)
    log.warn('a signal in clear was dropped', { code: CODE, signal: input.signalName })
  },
  validateUpdate(input, next) {
    if (input.args.some(isUnsealed)) throw refused()
    next(input)
  },
}

export const interceptors: WorkflowInterceptorsFactory = () => ({ inbound: [sealedOnly] })
