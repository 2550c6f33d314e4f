import type { FastifyRequest } from 'fastify'
import type { Organization } from '../../../adapters/storage/port.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import {
  organizationBody,
  organizationParams,
  organizationSchema,
} from '../../schemas/organization.ts'

const tags = ['Настройка']

/** The caller's own organisation. Any other is not found. */
export function registerOrganizations(app: Api, { store }: ApiDeps): void {
  async function findOwnOrganization(request: FastifyRequest, id: string): Promise<Organization> {
    const own = principalOf(request).organizationId === id
    const organization = own ? await store.organizations.get(id) : undefined
    if (!organization) throw new ApiProblem('organization-not-found')
    return organization
  }

  app.get(
    '/v1/organizations/:id',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'getOrganization',
        tags,
        summary: 'Организация',
        params: organizationParams,
        response: { 200: organizationSchema },
      },
    },
    async (request) => findOwnOrganization(request, request.params.id),
  )
  app.put(
    '/v1/organizations/:id',
    {
      config: { right: 'configure' },
      schema: {
        operationId: 'saveOrganization',
        tags,
        summary: 'Изменить сведения об организации',
        description: 'Номера проверяются по контрольным числам. Среда и реестр здесь не меняются.',
        params: organizationParams,
        body: organizationBody,
        response: { 200: organizationSchema },
      },
    },
    async (request) => {
      const before = await findOwnOrganization(request, request.params.id)
      const after: Organization = { ...before, ...request.body }
      await store.organizations.save(after)
      await store.audit.record({
        organizationId: after.id,
        actor: principalOf(request).keyId,
        action: 'organization.save',
        target: after.id,
      })
      return after
    },
  )
}
