import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createHarness, type Harness } from './support/harness.ts'
import { jsonResult } from './support/results.ts'

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0]
interface Operation {
  operationId: string
  summary: string
  tags: string[]
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: JsonSchema }> }
  responses: Record<
    string,
    { description: string; content?: Record<string, { schema: JsonSchema }> }
  >
  security?: object[]
}
interface Description {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object }
}

let api: Harness
let description: Description
let operations: { path: string; method: string; operation: Operation }[]

beforeAll(async () => {
  api = await createHarness()
  description = (await api.send({ method: 'GET', url: '/openapi.json', key: null })).json()
  operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
})
afterAll(() => api.close())

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 and lists every route of the interface', () => {
    expect(description.openapi).toBe('3.1.0')
    const described = operations
      .map(({ path, method }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)
      .sort()
    const expected = [
      'DELETE /v1/code-mappings',
      'GET /livez',
      'GET /metrics',
      'GET /readyz',
      'GET /v1/code-mappings',
      'GET /v1/consents/:id',
      'GET /v1/consents/:id/checks',
      'GET /v1/organizations/:id',
      'GET /v1/submissions',
      'GET /v1/submissions/:id',
      'GET /v1/submissions/:id/answer',
      'GET /v1/submissions/:id/consent-checks',
      'GET /v1/submissions/:id/destruction-certificate',
      'GET /v1/submissions/:id/document.pdf',
      'GET /v1/submissions/:id/document.xml',
      'GET /v1/submissions/:id/events',
      'GET /v1/submissions/:id/evidence.zip',
      'GET /v1/submissions/:id/receipt',
      'GET /v1/submissions/:id/signature.p7s',
      'GET /v1/submissions/:id/source',
      'GET /v1/templates',
      'GET /v1/templates/:code',
      'POST /callbacks/portal/:id',
      'POST /codec/decode',
      'POST /v1/code-mappings',
      'POST /v1/code-mappings/confirm',
      'POST /v1/consents',
      'POST /v1/consents/:id/withdraw',
      'POST /v1/submissions',
      'POST /v1/submissions/:id/abandon',
      'POST /v1/submissions/:id/approve',
      'POST /v1/submissions/:id/cancel',
      'POST /v1/submissions/:id/corrections',
      'POST /v1/submissions/:id/decisions',
      'POST /v1/submissions/:id/hold',
      'POST /v1/submissions/:id/reject',
      'POST /v1/submissions/:id/release',
      'POST /v1/submissions/:id/retry',
      'POST /v1/submissions/:id/signatures',
      'POST /v1/templates/:code/confirm',
      'PUT /v1/code-mappings',
      'PUT /v1/organizations/:id',
      'PUT /v1/templates/:code',
    ]
    expect(described).toEqual(expected)
  })

  it('describes each operation in Russian, with its parameters, answers and errors', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, method, operation } of operations) {
      const where = `${method} ${path}`
      expect(operation.summary, where).toMatch(/[А-Яа-я]/)
      expect(operation.tags.length, where).toBe(1)
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      const declared = (operation.parameters ?? [])
        .filter((p) => p.in === 'path')
        .map((p) => p.name)
      expect(declared, where).toEqual(inPath)
      expect(
        Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)),
        where,
      ).toBe(true)
      expect(operation.responses.default?.content, where).toHaveProperty([
        'application/problem+json',
      ])
      if (path.startsWith('/v1')) expect(operation.security, where).toEqual([{ bearer: [] }])
    }
  })

  it('resolves every reference', () => {
    const targets = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map((m) => m[1])
    expect(new Set(targets)).toEqual(
      new Set(['#/components/schemas/Report', '#/components/schemas/Problem']),
    )
    expect(Object.keys(description.components.schemas).sort()).toEqual(['Problem', 'Report'])
  })

  it('has schemas that can be read back, and that of a result tells right from wrong', () => {
    const schemas = operations.flatMap(({ operation }) =>
      [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
        Object.values(part?.content ?? {}).map(({ schema }) => schema),
      ),
    )
    expect(schemas.length).toBeGreaterThan(60)
    for (const schema of schemas)
      if (typeof schema === 'object' && !('$ref' in schema))
        expect(() => z.fromJSONSchema(schema)).not.toThrow()
    const report = z.fromJSONSchema(description.components.schemas.Report ?? {})
    expect(report.safeParse(jsonResult('V-1')).success).toBe(true)
    expect(report.safeParse(jsonResult('V-1', { status: 'done' })).success).toBe(false)
  })

  it('describes a result for each format it takes', () => {
    const content = description.paths['/v1/submissions']?.post?.requestBody?.content ?? {}
    expect(Object.keys(content)).toEqual([...api.deps.formats.mediaTypes])
    expect(content['application/json']?.schema).toEqual({ $ref: '#/components/schemas/Report' })
  })
})

describe('/docs', () => {
  it('works without any other host', async () => {
    const page = await api.send({ method: 'GET', url: '/docs/', key: null })
    expect(page.statusCode).toBe(200)
    expect(page.body).not.toMatch(/(src|href)="https?:/)
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/https:|upgrade-insecure-requests/)
    for (const asset of ['swagger-ui-bundle.js', 'swagger-ui.css', 'swagger-initializer.js']) {
      const answer = await api.send({ method: 'GET', url: `/docs/static/${asset}`, key: null })
      expect(answer.statusCode, asset).toBe(200)
    }
  })
})
