import type { CodeMapping } from '../../../adapters/storage/port.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import {
  mappingKeyQuery,
  mappingListSchema,
  mappingQuery,
  mappingsBody,
} from '../../schemas/code-mapping.ts'

const tags = ['Настройка']

/** Laboratory's codes → official codes. An unmapped code stops a submission until it is entered here. */
export function registerCodeMappings(app: Api, deps: ApiDeps): void {
  registerList(app, deps)
  registerSave(app, deps)
  registerRemove(app, deps)
}

function registerList(app: Api, { store }: ApiDeps): void {
  app.get(
    '/v1/code-mappings',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'listCodeMappings',
        tags,
        summary: 'Сопоставления кодов',
        querystring: mappingQuery,
        response: { 200: mappingListSchema },
      },
    },
    async (request) => {
      const { organizationId } = principalOf(request)
      const items = await store.codeMappings.list(organizationId, request.query.kind)
      return { items: items.map(toMapping) }
    },
  )
}

function registerSave(app: Api, { store }: ApiDeps): void {
  for (const method of ['POST', 'PUT'] as const) {
    app.route({
      method,
      url: '/v1/code-mappings',
      // Some five thousand entries: a whole code list in one call.
      bodyLimit: 5 * 1024 * 1024,
      config: { right: 'configure' },
      schema: {
        operationId: method === 'POST' ? 'addCodeMappings' : 'saveCodeMappings',
        tags,
        summary: 'Внести сопоставления',
        description:
          'Одно или список; существующие с тем же кодом заменяются. POST и PUT делают одно и то же.',
        body: mappingsBody,
        response: { 200: mappingListSchema },
      },
      handler: async (request) => {
        const { organizationId, keyId } = principalOf(request)
        const mappings = [request.body].flat()
        await assertTemplatesExist(store, organizationId, mappings)
        await store.codeMappings.put(organizationId, mappings, keyId)
        return { items: mappings }
      },
    })
  }
}

function registerRemove(app: Api, { store }: ApiDeps): void {
  app.delete(
    '/v1/code-mappings',
    {
      config: { right: 'configure' },
      schema: {
        operationId: 'removeCodeMapping',
        tags,
        summary: 'Удалить сопоставление',
        querystring: mappingKeyQuery,
      },
    },
    async (request, reply) => {
      const { organizationId, keyId } = principalOf(request)
      const removed = await store.codeMappings.remove(organizationId, request.query, keyId)
      if (!removed) throw new ApiProblem('code-mapping-not-found')
      return reply.code(204).send()
    },
  )
}

/** An `analysis` mapping leads to a template: one that does not exist would stop every result of that analysis. */
async function assertTemplatesExist(
  store: ApiDeps['store'],
  organizationId: string,
  mappings: readonly CodeMapping[],
): Promise<void> {
  if (!mappings.some(({ kind }) => kind === 'analysis')) return
  const known = new Set(
    (await store.templates.list(organizationId)).map((template) => template.code),
  )
  const errors = mappings.flatMap(({ kind, targetCode }, index) =>
    kind !== 'analysis' || known.has(targetCode)
      ? []
      : [{ pointer: `/${index}/targetCode`, code: 'field-invalid', detail: 'Такого шаблона нет.' }],
  )
  if (errors.length > 0) throw new ApiProblem('validation-failed', { errors })
}

function toMapping(mapping: CodeMapping) {
  return { ...mapping }
}
