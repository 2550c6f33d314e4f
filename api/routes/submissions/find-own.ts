import type { FastifyRequest } from 'fastify'
import type { SubmissionView } from '../../../adapters/storage/port.ts'
import { AppError } from '../../../domain/shared/app-error.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'

/** A submission of the caller's organisation. Another organisation's is not found, exactly like one that never was. */
export async function findOwn(
  { store }: Pick<ApiDeps, 'store'>,
  request: FastifyRequest,
  id: string,
): Promise<SubmissionView> {
  const view = await store.submissions.find(principalOf(request).organizationId, id)
  if (!view) throw new AppError('submission-not-found', 'permanent')
  return view
}
