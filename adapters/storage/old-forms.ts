import type { Patient, Report } from '../../domain/report/report.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import type { Issue } from '../../domain/shared/issue.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import type { Sealer } from '../shared/sealer.ts'
import { type BlobContent, openBlob } from './blob-rows.ts'
import type { Queries } from './database.ts'
import { keyDigest } from './digest-at-rest.ts'
import { erasePatients } from './erasure.ts'
import { detailIndexesOf, openPatient, savePatient, sealPatient } from './patient-identity.ts'
import { sealIssues, sealText } from './sealed-text.ts'

// What was stored before personal texts were sealed, digests keyed and identities compared, brought along page by page:
// it takes the keys, which a migration does not have. Each page is found by its old form, so a repeat does the rest.

interface Page {
  readonly tx: Queries
  readonly sealer: Sealer
  readonly at: Date
  readonly limit: number
}

/** Brings along one page of each kind that is left; returns how many rows. A kind of which none is left is over. */
export async function bringAlong(page: Page): Promise<number> {
  const left = await page.tx.$queryRaw<{ name: keyof typeof KINDS }[]>`
    SELECT name FROM old_form ORDER BY name FOR UPDATE`
  let brought = 0
  for (const { name } of left) {
    const count = await KINDS[name](page)
    if (count === 0) await page.tx.$executeRaw`DELETE FROM old_form WHERE name = ${name}`
    brought += count
  }
  return brought
}

const KINDS = {
  names: bringNames,
  'local-numbers': bringLocalNumbers,
  digests: async (page: Page) =>
    (await bringColumn(page, 'submission', 'content_digest', 'id', keyed)) +
    (await bringColumn(page, 'submission_version', 'content_digest', 'submission_id', keyed)),
  texts: async (page: Page) =>
    (await bringColumn(page, 'submission', 'hold_reason', 'id', sealed)) +
    (await bringColumn(page, 'submission_version', 'reason', 'submission_id', sealed)) +
    (await bringColumn(page, 'audit_entry', 'reason', AUDIT_OWNER, sealed)) +
    (await bringColumn(page, 'document', 'digest', 'submission_id', sealed)) +
    (await bringColumn(page, 'signature', 'subject', SIGNATURE_OWNER, sealed)),
  issues: async (page: Page) =>
    (await bringIssues(page, 'submission', 'id')) +
    (await bringIssues(page, 'acknowledgement', `'answer/' || document_id`)),
}

/** As audit.ts and consent-register.ts name the owner of a reason. */
const AUDIT_OWNER = 'coalesce(submission_id::text, target, organization_id)'
const SIGNATURE_OWNER = '(SELECT submission_id FROM document WHERE seq = document_seq)'

interface Form {
  readonly prefix: string
  readonly renew: (page: Page, owner: string, value: string) => Promise<string> | string
}
const keyed: Form = { prefix: 'keyed:', renew: ({ sealer }, _, value) => keyDigest(sealer, value) }
const sealed: Form = {
  prefix: 'sealed:',
  renew: ({ sealer }, owner, value) => sealText(sealer, owner, value),
}

async function bringColumn(
  page: Page,
  table: string,
  column: string,
  owner: string,
  { prefix, renew }: Form,
): Promise<number> {
  const [from, value] = [Prisma.raw(table), Prisma.raw(column)]
  const rows = await page.tx.$queryRaw<{ place: string; owner: string; value: string }[]>`
    SELECT ctid::text AS place, (${Prisma.raw(owner)})::text AS owner, ${value} AS value FROM ${from}
    WHERE ${value} <> '' AND NOT starts_with(${value}, ${prefix}) LIMIT ${page.limit} FOR NO KEY UPDATE`
  for (const row of rows) {
    const renewed = await renew(page, row.owner, row.value)
    await page.tx
      .$executeRaw`UPDATE ${from} SET ${value} = ${renewed} WHERE ctid = ${row.place}::tid`
  }
  return rows.length
}

async function bringIssues(page: Page, table: string, owner: string): Promise<number> {
  const from = Prisma.raw(table)
  const erased = Prisma.raw(
    table === 'submission'
      ? 'erased_at'
      : '(SELECT erased_at FROM submission WHERE id = submission_id)',
  )
  const rows = await page.tx.$queryRaw<{ place: string; owner: string; issues: Issue[] }[]>`
    SELECT ctid::text AS place, ${Prisma.raw(owner)}::text AS owner, issues FROM ${from}
    WHERE issues <> '[]' AND NOT starts_with(issues -> 0 ->> 'detail', 'sealed:') AND ${erased} IS NULL
    LIMIT ${page.limit} FOR NO KEY UPDATE`
  for (const row of rows) {
    const issues = await sealIssues(page.sealer, row.owner, row.issues)
    await page.tx.$executeRaw`
      UPDATE ${from} SET issues = ${JSON.stringify(issues)}::jsonb WHERE ctid = ${row.place}::tid`
  }
  return rows.length
}

/** In place of a name that does not open any more: it differs from every other, so a person is asked. */
const UNREADABLE = 'unreadable'

/** One row without its key must not keep all that follow from being brought along. */
async function orUnreadable<T, Instead>(work: Promise<T>, instead: Instead): Promise<T | Instead> {
  try {
    return await work
  } catch (error) {
    if (error instanceof AppError && error.class === 'permanent') return instead
    throw error
  }
}

/** Names and birth dates of identities known by СНИЛС or policy: their hashes are what they were. */
async function bringNames({ tx, sealer, limit }: Page): Promise<number> {
  const rows = await tx.$queryRaw<OldPatient[]>`
    SELECT id, organization_id AS "organizationId", ciphertext, wrapped_key AS "wrappedKey", key_id AS "keyId"
    FROM patient WHERE name_index IS NULL AND wrapped_key IS NOT NULL
      AND coalesce(snils_index, policy_index) IS NOT NULL LIMIT ${limit} FOR NO KEY UPDATE`
  for (const row of rows) {
    const { nameIndex, birthIndex } = await orUnreadable(
      openPatient(sealer, row).then((known) => detailIndexesOf(sealer, row.organizationId, known)),
      { nameIndex: UNREADABLE, birthIndex: null },
    )
    await tx.$executeRaw`
      UPDATE patient SET name_index = ${nameIndex}, birth_index = ${birthIndex} WHERE id = ${row.id}::uuid`
  }
  return rows.length
}
interface OldPatient {
  readonly id: string
  readonly organizationId: string
  readonly ciphertext: Uint8Array<ArrayBuffer>
  readonly wrappedKey: Uint8Array<ArrayBuffer>
  readonly keyId: string
}

/**
 * Results on their way whose patient was known by a local number alone: their row may stand for two people, so each takes
 * the identity that its own report states.
 */
async function bringLocalNumbers({ tx, sealer, at, limit }: Page): Promise<number> {
  const rows = await tx.$queryRaw<OldResult[]>`
    SELECT s.id AS "submissionId", s.version, s.organization_id AS "organizationId", s.patient_id AS "patientId",
      b.id, b.ciphertext, b.wrapped_key AS "wrappedKey", b.key_id AS "keyId"
    FROM submission AS s JOIN patient AS p ON p.id = s.patient_id
    JOIN submission_version AS v ON v.submission_id = s.id AND v.version = s.version
    JOIN blob AS b ON b.id = v.report_blob_id
    WHERE s.phase NOT IN ('retained', 'cancelled', 'destroyed') AND s.erased_at IS NULL AND p.wrapped_key IS NOT NULL
      AND p.name_index IS NULL AND coalesce(p.snils_index, p.policy_index) IS NULL
    LIMIT ${limit} FOR NO KEY UPDATE OF s`
  for (const row of rows) {
    const { submissionId, version } = row
    const patient = await orUnreadable(patientOf(sealer, row), undefined)
    if (!patient) {
      await tx.$executeRaw`UPDATE patient SET name_index = ${UNREADABLE} WHERE id = ${row.patientId}::uuid`
      continue
    }
    await savePatient(tx, patient, at)
    await tx.$executeRaw`UPDATE submission SET patient_id = ${patient.id}::uuid WHERE id = ${submissionId}::uuid`
    await tx.$executeRaw`
      UPDATE submission_version SET patient_id = ${patient.id}::uuid
      WHERE submission_id = ${submissionId}::uuid AND version = ${version}`
  }
  await erasePatients(tx, [...new Set(rows.map(({ patientId }) => patientId))], at)
  return rows.length
}
interface OldResult extends BlobContent {
  readonly submissionId: string
  readonly version: number
  readonly organizationId: string
  readonly patientId: string
}

async function patientOf(sealer: Sealer, row: OldResult) {
  const { patient, source } = JSON.parse((await openBlob(sealer, row)).toString()) as Report
  return sealPatient(sealer, row.organizationId, patient satisfies Patient, source.system)
}
