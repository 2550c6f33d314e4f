import type { Template } from '../../../adapters/storage/port.ts'
import { isAppError } from '../../../domain/shared/app-error.ts'
import { ERROR_CODES } from '../../../domain/shared/error-codes.ts'
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
        description:
          'Другое содержание — новая версия, которую надо подтвердить. Код услуги и код исследования принадлежат одному шаблону.',
        params: templateParams,
        body: templateBody,
        response: { 200: templateSchema },
      },
    },
    async (request) => {
      const { organizationId, keyId } = principalOf(request)
      const draft = { ...request.body, code: request.params.code }
      const saved = await store.templates
        .save(organizationId, draft, keyId)
        .catch((error: unknown) => {
          throw toProblem(error)
        })
      return toTemplate(saved)
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

/** Names the fields that keep a template from being saved. */
function toProblem(error: unknown): unknown {
  if (!isAppError(error)) return error
  const { code, details } = error
  if (code !== 'template-code-taken' && code !== 'template-panel-invalid') return error
  const { text } = ERROR_CODES[code]
  const detail = 'template' in details ? `${text} Шаблон: ${String(details.template)}.` : text
  const fields = Array.isArray(details.fields) ? details.fields.map(String) : []
  return new ApiProblem(code, {
    detail,
    errors: fields.map((pointer) => ({ pointer, code, detail })),
  })
}

function toTemplate(template: Template) {
  return {
    ...template,
    serviceCodes: [...template.serviceCodes],
    analysisCodes: template.analysisCodes.map((entry) => ({ ...entry })),
    requiredFields: [...template.requiredFields],
    panels: [...template.panels],
  }
}
