import type { Template } from '../../../adapters/storage/port.ts'
import type { Api } from '../../api.ts'
import type { ApiDeps } from '../../deps.ts'
import { principalOf } from '../../plugins/auth.ts'
import { ApiProblem } from '../../problem.ts'
import {
  templateBody,
  templateListSchema,
  templateParams,
  templateSchema,
} from '../../schemas/template.ts'

const tags = ['Настройка']

/** What a document of each analysis type must contain. Changed content is a new version and asks for a new confirmation. */
export function registerTemplates(app: Api, deps: ApiDeps): void {
  registerReads(app, deps)
  registerWrites(app, deps)
}

function registerReads(app: Api, { store }: ApiDeps): void {
  app.get(
    '/v1/templates',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'listTemplates',
        tags,
        summary: 'Шаблоны документов',
        response: { 200: templateListSchema },
      },
    },
    async (request) => {
      const templates = await store.templates.list(principalOf(request).organizationId)
      return { items: templates.map(toTemplate) }
    },
  )
  app.get(
    '/v1/templates/:code',
    {
      config: { right: 'read' },
      schema: {
        operationId: 'getTemplate',
        tags,
        summary: 'Шаблон документа',
        params: templateParams,
        response: { 200: templateSchema },
      },
    },
    async (request) => {
      const { organizationId } = principalOf(request)
      const template = await store.templates.get(organizationId, request.params.code)
      if (!template) throw new ApiProblem('template-not-found')
      return toTemplate(template)
    },
  )
}

function registerWrites(app: Api, { store }: ApiDeps): void {
  app.put(
    '/v1/templates/:code',
    {
      config: { right: 'configure' },
      schema: {
        operationId: 'saveTemplate',
        tags,
        summary: 'Создать или изменить шаблон',
        description: 'Другое содержание — новая версия, которую надо подтвердить.',
        params: templateParams,
        body: templateBody,
        response: { 200: templateSchema },
      },
    },
    async (request) => {
      const { organizationId, keyId } = principalOf(request)
      const draft = { ...request.body, code: request.params.code }
      return toTemplate(await store.templates.save(organizationId, draft, keyId))
    },
  )
  app.post(
    '/v1/templates/:code/confirm',
    {
      config: { right: 'operate' },
      schema: {
        operationId: 'confirmTemplate',
        tags,
        summary: 'Подтвердить шаблон',
        description: 'Документы по этой версии дальше не требуют подтверждения человеком.',
        params: templateParams,
        response: { 200: templateSchema },
      },
    },
    async (request) => {
      const { organizationId, keyId } = principalOf(request)
      const template = await store.templates.confirm(organizationId, request.params.code, keyId)
      if (!template) throw new ApiProblem('template-not-found')
      return toTemplate(template)
    },
  )
}

function toTemplate(template: Template) {
  return {
    ...template,
    serviceCodes: [...template.serviceCodes],
    analysisCodes: template.analysisCodes.map((entry) => ({ ...entry })),
    requiredFields: [...template.requiredFields],
  }
}
