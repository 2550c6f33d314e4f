import { createHash, randomUUID } from 'node:crypto'
import type { CodeListExcerpt } from '../../domain/document/official-code.ts'
import { Prisma, type TemplateVersion } from '../../prisma/generated/client.ts'
import { excerptQuery } from './code-lists.ts'
import { mappingsQuery } from './code-mappings.ts'
import { fromJsonColumn, toJsonColumn } from './columns.ts'
import type { Queries } from './database.ts'
import type { StoreParts } from './parts.ts'
import type { StoredMapping, Template, TemplateDraft, Templates } from './port.ts'
import { assertFits, lockTemplates } from './template-rules.ts'

const CURRENT = { versions: { orderBy: { version: 'desc' }, take: 1 } } as const

export function createTemplates({ database, now }: StoreParts): Templates {
  return {
    async list(organizationId) {
      const query = currentVersions(organizationId)
      const rows = await database.read((db) => db.$queryRaw<CurrentRow[]>(query))
      return rows.map((row) => toTemplate(row.templateCode, row))
    },
    async analyses(organizationId) {
      const rows = await database.read(
        (db) => db.$queryRaw<{ code: string }[]>`
          SELECT "templateCode" AS code FROM (${currentVersions(organizationId)}) AS current
          WHERE cardinality(panels) = 0`,
      )
      return rows.map(({ code }) => code)
    },
    async rules(organizationId, kind, codes = []) {
      const targets = Prisma.sql`(code = ANY(${codes}::text[]) OR code IN (
        SELECT target_code FROM code_mapping WHERE organization_id = ${organizationId} AND code = ANY(${codes}::text[])))`
      const rows = await database.read(
        (db) => db.$queryRaw<RulesRow[]>`
          SELECT ${listOf(currentVersions(organizationId))} AS templates,
            ${listOf(mappingsQuery(organizationId, kind))} AS mappings,
            ${excerptQuery(targets, codes)} AS lists`,
      )
      const { templates = [], mappings = [], lists } = rows[0] ?? {}
      return {
        templates: templates.map((row) => toTemplate(row.templateCode, row)),
        mappings,
        lists: lists ?? { extents: {}, tests: [], units: [] },
      }
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
        await lockTemplates(tx, organizationId)
        const template = await tx.template.upsert({
          where: { organizationId_code: { organizationId, code } },
          update: {},
          create: { id: randomUUID(), organizationId, code, createdAt: at },
          include: CURRENT,
        })
        const current = template.versions[0]
        const contentHash = hashOf(draft)
        if (current?.contentHash === contentHash) return toTemplate(code, current)
        const known = await tx.$queryRaw<CurrentRow[]>(currentVersions(organizationId))
        assertFits(
          draft,
          known.map((row) => toTemplate(row.templateCode, row)),
        )
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
            panels: [...(draft.panels ?? [])],
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

interface RulesRow {
  readonly templates: CurrentRow[]
  readonly mappings: StoredMapping[]
  readonly lists: CodeListExcerpt
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
      v.panels, v.confirmed_at AS "confirmedAt"
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
function hashOf(draft: TemplateDraft): string {
  const codes = draft.analysisCodes.map(({ codeSystem, code }) => [codeSystem, code])
  const { title, serviceCodes, requiredFields, personalSignatures, panels = [] } = draft
  const content = [title, serviceCodes, codes, requiredFields, personalSignatures]
  // Templates from before there were panels keep their hash: nothing about them has changed.
  if (panels.length > 0) content.push([...panels])
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
    panels: row.panels,
    confirmed: row.confirmedAt !== null,
  }
}
