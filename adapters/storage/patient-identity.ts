import { randomUUID } from 'node:crypto'
import { numbersOf } from '../../domain/identity/numbers.ts'
import { nameOf } from '../../domain/identity/person-name.ts'
import type { Patient } from '../../domain/report/report.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import { toDerivedUuid } from '../../domain/shared/derived-uuid.ts'
import { type Patient as PatientRow, Prisma } from '../../prisma/generated/client.ts'
import type { Sealer } from '../shared/sealer.ts'
import { toBuffer, toBytesColumn } from './columns.ts'
import type { Statements } from './statements.ts'

export { SAME_PATIENT } from './same-patient.ts'

/** An identity as a result or a consent stated it, ready to be stored: sealed, with keyed hashes of what it is known by. */
export interface SealedPatient {
  readonly id: string
  readonly organizationId: string
  readonly snilsIndex: string | null
  readonly policyIndex: string | null
  readonly localIndex: string | null
  readonly nameIndex: string
  readonly birthIndex: string | null
  readonly ciphertext: Uint8Array<ArrayBuffer>
  readonly wrappedKey: Uint8Array<ArrayBuffer>
  readonly keyId: string
}

/**
 * The id follows from numbers, name and birth date: one identity has one row in every process without a read, and no
 * identity overwrites another. Who states no number is nobody else: a new id each time. `sourceSystem`: of the result;
 * a local number without an authority belongs to it.
 */
export async function sealPatient(
  sealer: Sealer,
  organizationId: string,
  patient: Patient,
  sourceSystem?: string,
): Promise<SealedPatient> {
  const indexes = indexesOf(sealer, organizationId, patient, sourceSystem)
  const { snilsIndex, policyIndex, localIndex } = indexes
  const isKnown = snilsIndex ?? policyIndex ?? localIndex
  const traits = JSON.stringify([organizationId, ...Object.values(indexes)])
  const id = isKnown ? toDerivedUuid(sealer.blindIndex('identity-id', traits)) : randomUUID()
  const sealed = await sealer.seal(Buffer.from(JSON.stringify(patient)), contextOf(id))
  return {
    id,
    organizationId,
    ...indexes,
    ciphertext: toBytesColumn(sealed.ciphertext),
    wrappedKey: toBytesColumn(sealed.wrappedKey),
    keyId: sealed.keyId,
  }
}

/** The purpose of a local number differs from the one of old, which hashed it without hyphens and without its authority. */
export function indexesOf(
  sealer: Sealer,
  organizationId: string,
  patient: Patient,
  sourceSystem?: string,
) {
  const { snils, policy, local } = numbersOf(patient, sourceSystem)
  const index = (purpose: string, value: string | undefined) =>
    value ? sealer.blindIndex(purpose, value) : null
  const localNumber = local && JSON.stringify([local.authority, local.number])
  return {
    snilsIndex: index('snils', snils),
    policyIndex: index('policy', policy),
    localIndex: index(`local-number/${organizationId}`, localNumber),
    ...detailIndexesOf(sealer, organizationId, patient),
  }
}

/** What a person is told apart by under one number. */
export function detailIndexesOf(sealer: Sealer, organizationId: string, patient: Patient) {
  const { birthDate } = patient
  return {
    nameIndex: sealer.blindIndex(`person-name/${organizationId}`, nameOf(patient)),
    birthIndex: birthDate ? sealer.blindIndex(`birth-date/${organizationId}`, birthDate) : null,
  }
}

/** Errors: AppError `content-unreadable` when the identity was destroyed. */
export async function openPatient(
  sealer: Sealer,
  row: Pick<PatientRow, 'id' | 'ciphertext' | 'wrappedKey' | 'keyId'>,
): Promise<Patient> {
  const context = contextOf(row.id)
  if (row.wrappedKey === null)
    throw new AppError('content-unreadable', 'permanent', { details: { context, erased: true } })
  const sealed = {
    ciphertext: toBuffer(row.ciphertext),
    wrappedKey: toBuffer(row.wrappedKey),
    keyId: row.keyId,
  }
  return JSON.parse((await sealer.open(sealed, context)).toString()) as Patient
}

const contextOf = (id: string) => `patient/${id}`

export async function savePatient(tx: Statements, patient: SealedPatient, at: Date): Promise<void> {
  await tx.$executeRaw`WITH entry AS (SELECT 1), ${patientParts(patient, at)} SELECT 1`
}

/**
 * Follows `entry` in WITH: if there is one, writes the identity unless it stands already; also revives one that was
 * destroyed with an older result. The usual case, the same patient again, takes a shared lock only: results of one patient
 * come in batches and would queue at the row. The lock is needed: destruction of the identity waits for it. Who waits here
 * for a destruction finds the key gone, and writes.
 */
export function patientParts(patient: SealedPatient, at: Date): Prisma.Sql {
  return Prisma.sql`same AS (
      SELECT 1 FROM patient WHERE EXISTS (SELECT 1 FROM entry) AND id = ${patient.id}::uuid
        AND wrapped_key IS NOT NULL FOR KEY SHARE),
    identity AS (
      INSERT INTO patient (id, organization_id, ciphertext, wrapped_key, key_id, snils_index, policy_index, local_index,
        name_index, birth_index, created_at, updated_at)
      SELECT ${patient.id}::uuid, ${patient.organizationId}, ${patient.ciphertext}::bytea,
        ${patient.wrappedKey}::bytea, ${patient.keyId}, ${patient.snilsIndex}::text, ${patient.policyIndex}::text,
        ${patient.localIndex}::text, ${patient.nameIndex}, ${patient.birthIndex}::text, ${at}::timestamptz,
        ${at}::timestamptz
      FROM entry WHERE NOT EXISTS (SELECT 1 FROM same)
      ON CONFLICT (id) DO UPDATE SET ciphertext = excluded.ciphertext, wrapped_key = excluded.wrapped_key,
        key_id = excluded.key_id, snils_index = excluded.snils_index, policy_index = excluded.policy_index,
        local_index = excluded.local_index, name_index = excluded.name_index, birth_index = excluded.birth_index,
        confirmed_at = NULL, refuted_at = NULL, created_at = excluded.created_at, updated_at = excluded.updated_at
      WHERE patient.wrapped_key IS NULL)`
}
