import { createHash } from 'node:crypto'
import { AppError } from '../../domain/shared/app-error.ts'
import { Prisma } from '../../prisma/generated/client.ts'
import type { Sealer } from '../shared/sealer.ts'
import { toBuffer, toBytesColumn } from './columns.ts'
import type { Artefact, ArtefactKind, BlobDraft } from './port.ts'

/** A blob opens only under its own id. */
const contextOf = (id: string) => `blob/${id}`

/** Encrypts before the transaction opens: no row stays locked while the cipher works. */
export async function sealBlobs(
  sealer: Sealer,
  drafts: readonly BlobDraft[],
  createdAt: Date,
): Promise<SealedBlob[]> {
  return Promise.all(
    drafts.map(async ({ id, kind, mediaType, bytes }) => {
      const sealed = await sealer.seal(bytes, contextOf(id))
      return {
        id,
        kind,
        mediaType,
        createdAt,
        ciphertext: toBytesColumn(sealed.ciphertext),
        wrappedKey: toBytesColumn(sealed.wrappedKey),
        keyId: sealed.keyId,
        size: bytes.length,
      }
    }),
  )
}
export type SealedBlob = Omit<Prisma.BlobCreateManyInput, 'submissionId' | 'version'>

export interface BlobContent {
  readonly id: string
  readonly ciphertext: Uint8Array
  readonly wrappedKey: Uint8Array | null
  readonly keyId: string
}
/** Errors: AppError `content-unreadable` when the content was destroyed, changed or moved. */
export async function openBlob(sealer: Sealer, blob: BlobContent): Promise<Buffer> {
  if (blob.wrappedKey === null)
    throw new AppError('content-unreadable', 'permanent', {
      details: { context: contextOf(blob.id), erased: true },
    })
  return sealer.open(
    {
      ciphertext: toBuffer(blob.ciphertext),
      wrappedKey: toBuffer(blob.wrappedKey),
      keyId: blob.keyId,
    },
    contextOf(blob.id),
  )
}

export interface BlobRow extends BlobContent {
  readonly kind: string
  readonly version: number
  readonly mediaType: string
  readonly createdAt: Date
}
/** A `BlobRow` in SQL. */
export const BLOB_COLUMNS = Prisma.sql`id, kind, version, media_type AS "mediaType", created_at AS "createdAt",
  ciphertext, wrapped_key AS "wrappedKey", key_id AS "keyId"`

/** The digest is made of what was opened: at rest it would confirm a guess of the content. */
export async function toArtefact(sealer: Sealer, row: BlobRow): Promise<Artefact> {
  const bytes = await openBlob(sealer, row)
  return {
    id: row.id,
    kind: row.kind as ArtefactKind,
    version: row.version,
    mediaType: row.mediaType,
    bytes,
    digest: createHash('sha256').update(bytes).digest('hex'),
    createdAt: row.createdAt,
  }
}
