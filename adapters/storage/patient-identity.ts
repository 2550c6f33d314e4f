import { randomUUID } from 'node:crypto'
import type { Patient } from '../../domain/report/report.ts'
import { AppError } from '../../domain/shared/app-error.ts'
import { toDerivedUuid } from '../../domain/shared/derived-uuid.ts'
import { type Patient as PatientRow, Prisma } from '../../prisma/generated/client.ts'
import type { Sealer } from '../shared/sealer.ts'
import { toBuffer, toBytesColumn } from './columns.ts'
import type { Statements } from './statements.ts'

/** A patient ready to be stored: sealed identity and keyed hashes of the identifiers. */
export interface SealedPatient {
  readonly id: string
  readonly organizationId: string
  readonly identityIndex: string
  readonly snilsIndex: string | null
  readonly policyIndex: string | null
  readonly localIndex: string | null
  readonly ciphertext: Uint8Array<ArrayBuffer>
  readonly wrappedKey: Uint8Array<ArrayBuffer>
  readonly keyId: string
}

/**
 * The id follows from the strongest identifier (СНИЛС, then policy, then the laboratory's own id), so the same person
 * has the same id in every process without a read. A person without identifiers is nobody else: a new id each time.
 */
export async function sealPatient(
  sealer: Sealer,
  organizationId: string,
  patient: Patient,
): Promise<SealedPatient> {
  const index = (purpose: string, value: string | undefined) => {
    const normal = value?.replace(/[\s-]/g, '')
    return normal ? sealer.blindIndex(purpose, normal) : null
  }
  const snilsIndex = index('snils', patient.snils)
  const policyIndex = index('policy', patient.policy)
  const localIndex = index(`local-id/${organizationId}`, patient.localId)
  const strongest = snilsIndex ?? policyIndex ?? localIndex
  const id = strongest
    ? toDerivedUuid(sealer.blindIndex('patient-id', `${organizationId}/${strongest}`))
    : randomUUID()
  const identity = JSON.stringify(patient)
  const sealed = await sealer.seal(Buffer.from(identity), contextOf(id))
  return {
    id,
    organizationId,
    identityIndex: sealer.blindIndex('identity', identity),
    snilsIndex,
    policyIndex,
    localIndex,
    ciphertext: toBytesColumn(sealed.ciphertext),
    wrappedKey: toBytesColumn(sealed.wrappedKey),
    keyId: sealed.keyId,
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
 * Follows `entry` in WITH: if there is one, writes what differs from the stored identity; also revives a patient whose
 * identity was destroyed with an older result. The usual case, the same patient again, takes a shared lock only: results
 * of one patient come in batches and would queue at the row. The lock is needed: destruction of the identity waits for
 * it. Who waits here for a destruction finds another identity than it saw, and writes.
 */
export function patientParts(patient: SealedPatient, at: Date): Prisma.Sql {
  return Prisma.sql`same AS (
      SELECT 1 FROM patient WHERE EXISTS (SELECT 1 FROM entry) AND id = ${patient.id}::uuid
        AND wrapped_key IS NOT NULL AND identity_index = ${patient.identityIndex} FOR KEY SHARE),
    identity AS (
      INSERT INTO patient (id, organization_id, ciphertext, wrapped_key, key_id, identity_index, snils_index,
        policy_index, local_index, created_at, updated_at)
      SELECT ${patient.id}::uuid, ${patient.organizationId}, ${patient.ciphertext}::bytea,
        ${patient.wrappedKey}::bytea, ${patient.keyId}, ${patient.identityIndex}, ${patient.snilsIndex}::text,
        ${patient.policyIndex}::text, ${patient.localIndex}::text, ${at}::timestamptz, ${at}::timestamptz
      FROM entry WHERE NOT EXISTS (SELECT 1 FROM same)
      ON CONFLICT (id) DO UPDATE SET ciphertext = excluded.ciphertext, wrapped_key = excluded.wrapped_key,
        key_id = excluded.key_id, identity_index = excluded.identity_index,
        snils_index = coalesce(excluded.snils_index, patient.snils_index),
        policy_index = coalesce(excluded.policy_index, patient.policy_index),
        local_index = coalesce(excluded.local_index, patient.local_index), updated_at = excluded.updated_at)`
}

/**
 * Rows `known` and `other` of `patient` are the same person: the strongest identifier that both have decides. A shared
 * laboratory id alone never outweighs different СНИЛС.
 */
export const SAME_PATIENT = Prisma.sql`
  other.organization_id = known.organization_id
  AND (other.id = known.id OR other.snils_index = known.snils_index OR other.policy_index = known.policy_index
    OR other.local_index = known.local_index)
  AND CASE
    WHEN other.id = known.id THEN true
    WHEN other.snils_index IS NOT NULL AND known.snils_index IS NOT NULL
      THEN other.snils_index = known.snils_index
    WHEN other.policy_index IS NOT NULL AND known.policy_index IS NOT NULL
      THEN other.policy_index = known.policy_index
    ELSE other.local_index = known.local_index END`
