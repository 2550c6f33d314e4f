import type { MappingRefusal, StoredMapping } from '../../../adapters/storage/port.ts'
import { ERROR_CODES } from '../../../domain/shared/error-codes.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import {
  confirmationsBody,
  mappingKeyQuery,
  mappingListSchema,
  mappingQuery,
  mappingsBody,
} from '../../schemas/code-mapping.ts'

const tags = ['Настройка']

/** Laboratory's codes → official codes. An unmapped code stops a submission until it is entered here and known to be right. */
export function registerCodeMappings(app: Api, deps: ApiDeps): void {
  registerList(app, deps)
  registerSave(app, deps)
  registerConfirm(app, deps)
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
          'Одно или список; существующие с тем же кодом заменяются. POST и PUT делают одно и то же. Код, наименование и ' +
          'величина сверяются с ФСЛИ и НСИ 1358: заведомо неверное не принимается — 422. Что сверить не с чем, ' +
          'сохраняется с confirmed: false и не применяется, пока его не подтвердит второй сотрудник.',
        body: mappingsBody,
        response: { 200: mappingListSchema },
      },
      handler: async (request) => {
        const { organizationId, keyId } = principalOf(request)
        const mappings = [request.body].flat()
        const put = await store.codeMappings.put(organizationId, mappings, keyId)
        if (put.kind === 'refused') throw refused(request.body, put.refusals)
        return { items: put.mappings }
      },
    })
  }
}

function registerConfirm(app: Api, { store }: ApiDeps): void {
  app.post(
    '/v1/code-mappings/confirm',
    {
      bodyLimit: 5 * 1024 * 1024,
      config: { right: 'configure' },
      schema: {
        operationId: 'confirmCodeMappings',
        tags,
        summary: 'Подтвердить сопоставления вторым сотрудником',
        description:
          'Для того, что не с чем сверить. Подтверждает не тот ключ доступа, которым сопоставление внесено: иначе 409.',
        body: confirmationsBody,
        response: { 200: mappingListSchema },
      },
    },
    async (request) => {
      const { organizationId, keyId } = principalOf(request)
      const mappings = [request.body].flat()
      const done = await store.codeMappings.confirm(organizationId, mappings, keyId)
      if (done.kind === 'refused') throw refused(request.body, done.refusals)
      if (done.kind !== 'confirmed') throw unconfirmable(request.body, done.kind, done.index)
      return { items: done.mappings.map(toMapping) }
    },
  )
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

/** Errors at the fields of the request: one entry sent by itself has no index. */
function refused(body: unknown, refusals: readonly MappingRefusal[]): ApiProblem {
  const errors = refusals.map(({ index, code, field, detail }) => ({
    ...{ pointer: Array.isArray(body) ? `/${index}/${field}` : `/${field}`, code, detail },
  }))
  return new ApiProblem('validation-failed', { errors })
}

const PROBLEMS = {
  missing: 'code-mapping-not-found',
  own: 'second-person-required',
  changed: 'code-mapping-changed',
} as const

function unconfirmable(body: unknown, kind: keyof typeof PROBLEMS, index: number): ApiProblem {
  const code = PROBLEMS[kind]
  const pointer = Array.isArray(body) ? `/${index}` : ''
  return new ApiProblem(code, { errors: [{ pointer, code, detail: ERROR_CODES[code].text }] })
}

function toMapping(mapping: StoredMapping) {
  return { ...mapping }
}
