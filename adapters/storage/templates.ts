import { createHash, randomUUID } from 'node:crypto'
import { Prisma, type TemplateVersion } from '../../prisma/generated/client.ts'
import { mappingsQuery } from './code-mappings.ts'
import { fromJsonColumn, toJsonColumn } from './columns.ts'
import type { Queries } from './database.ts'
import type { StoreParts } from './parts.ts'
import type { CodeMapping, Template, Templates } from './port.ts'

type Draft = Parameters<Templates['save']>[1]
const CURRENT = { versions: { orderBy: { version: 'desc' }, take: 1 } } as const

export function createTemplates({ database, now }: StoreParts): Templates {
  return {
    async list(organizationId) {
      const query = currentVersions(organizationId)
      const rows = await database.read((db) => db.$queryRaw<CurrentRow[]>(query))
      return rows.map((row) => toTemplate(row.templateCode, row))
    },
    async rules(organizationId, kind) {
      const rows = await database.read(
        (db) => db.$queryRaw<{ templates: CurrentRow[]; mappings: CodeMapping[] }[]>`
          SELECT ${listOf(currentVersions(organizationId))} AS templates,
            ${listOf(mappingsQuery(organizationId, kind))} AS mappings`,
      )
      const { templates = [], mappings = [] } = rows[0] ?? {}
      return { templates: templates.map((row) => toTemplate(row.templateCode, row)), mappings }
    },
    get: (organizationId, code) =>
      database.read(async (db) => {
        const current = await readCurrent(db, organizationId, code)
        return current ? toTemplate(code, current) : undefined
      }),
    async save(organizationId, draft, actor) {
      const at = now()
      return database.write(async (tx) => {
        const { code } = draft
        const template = await tx.template.upsert({
          where: { organizationId_code: { organizationId, code } },
          update: {},
          create: { id: randomUUID(), organizationId, code, createdAt: at },
          include: CURRENT,
        })
        const current = template.versions[0]
        const contentHash = hashOf(draft)
        if (current?.contentHash === contentHash) return toTemplate(code, current)
        const { analysisCodes, serviceCodes, requiredFields } = draft
        const row = await tx.templateVersion.create({
          data: {
            id: randomUUID(),
            templateId: template.id,
            version: (current?.version ?? 0) + 1,
            title: draft.title,
            serviceCodes: [...serviceCodes],
            analysisCodes: toJsonColumn(analysisCodes),
            requiredFields: [...requiredFields],
            personalSignatures: draft.personalSignatures,
            contentHash,
            createdAt: at,
            createdBy: actor,
          },
        })
        const audit = { at, organizationId, actor, action: 'template.save', target: code }
        await tx.auditEntry.createMany({ data: [audit] })
        return toTemplate(code, row)
      })
    },
    async confirm(organizationId, code, actor) {
      const at = now()
      return database.write(async (tx) => {
        const current = await readCurrent(tx, organizationId, code)
        if (!current) return undefined
        if (current.confirmedAt === null) {
          const data = { confirmedAt: at, confirmedBy: actor }
          await tx.templateVersion.updateMany({ where: { id: current.id }, data })
          const audit = { at, organizationId, actor, action: 'template.confirm', target: code }
          await tx.auditEntry.createMany({ data: [audit] })
        }
        return { ...toTemplate(code, current), confirmed: true }
      })
    },
  }
}

type CurrentRow = Omit<CurrentVersion, 'confirmedAt'> & {
  readonly templateCode: string
  /** As text where it comes in a list. */
  readonly confirmedAt: Date | string | null
}

/** Rows: `CurrentRow`, the newest version of each template. */
function currentVersions(organizationId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT ON (t.code) t.code AS "templateCode", v.id, v.version, v.title,
      v.service_codes AS "serviceCodes", v.analysis_codes AS "analysisCodes",
      v.required_fields AS "requiredFields", v.personal_signatures AS "personalSignatures",
      v.confirmed_at AS "confirmedAt"
    FROM template AS t JOIN template_version AS v ON v.template_id = t.id
    WHERE t.organization_id = ${organizationId} ORDER BY t.code, v.version DESC`
}

const listOf = (query: Prisma.Sql) =>
  Prisma.sql`(SELECT coalesce(jsonb_agg(one), '[]') FROM (${query}) AS one)`

function readCurrent(
  db: Queries,
  organizationId: string,
  code: string,
): Promise<TemplateVersion | null> {
  return db.templateVersion.findFirst({
    where: { template: { organizationId, code } },
    orderBy: { version: 'desc' },
  })
}

/** Over everything that a document depends on; the order of codes counts, the first service code is the printed one. */
function hashOf(draft: Draft): string {
  const codes = draft.analysisCodes.map(({ codeSystem, code }) => [codeSystem, code])
  const { title, serviceCodes, requiredFields, personalSignatures } = draft
  const content = [title, serviceCodes, codes, requiredFields, personalSignatures]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

type CurrentVersion = Omit<
  TemplateVersion,
  'templateId' | 'contentHash' | 'createdAt' | 'createdBy' | 'confirmedBy'
>

function toTemplate(code: string, row: CurrentVersion | CurrentRow): Template {
  return {
    code,
    version: row.version,
    versionId: row.id,
    title: row.title,
    serviceCodes: row.serviceCodes,
    analysisCodes: fromJsonColumn(row.analysisCodes),
    requiredFields: row.requiredFields,
    personalSignatures: row.personalSignatures,
    confirmed: row.confirmedAt !== null,
  }
}
