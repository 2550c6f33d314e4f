import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { AppError } from '../../domain/shared/app-error.ts'

/** Runs one call and says what went wrong in our words. */
export async function temporalCall<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw translate(error)
  }
}

function translate(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError) {
    const cause = error.cause instanceof ApplicationFailure ? error.cause : undefined
    return new AppError('update-refused', 'permanent', {
      details: { reason: String(cause?.details?.[0] ?? cause?.type ?? 'refused') },
    })
  }
  if (error instanceof WorkflowNotFoundError)
    return new AppError('update-refused', 'permanent', { details: { reason: 'ended' } })
  if (error instanceof ServiceError || isGrpcServiceError(error) || isTimeout(error))
    return new AppError('temporal-unavailable', 'transient', { cause: error })
  return error
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && /Timeout|Deadline|Connect/i.test(error.name)
}
