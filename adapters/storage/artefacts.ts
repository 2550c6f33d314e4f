import { Prisma } from '../../prisma/generated/client.ts'
import { BLOB_COLUMNS, type BlobRow, sealBlobs, toArtefact } from './blob-rows.ts'
import { isUuid } from './columns.ts'
import type { StoreParts } from './parts.ts'
import type { Artefacts } from './port.ts'

export function createArtefacts({ database, sealer, now }: StoreParts): Artefacts {
  return {
    async read(submissionId, kind, version) {
      if (!isUuid(submissionId)) return undefined
      const row = await database.read((db) =>
        db.blob.findFirst({
          where: { submissionId, kind, ...(version === undefined ? {} : { version }) },
          orderBy: { seq: 'desc' },
        }),
      )
      return row ? toArtefact(sealer, row) : undefined
    },
    async readNewest(submissionId, version, kinds) {
      if (!isUuid(submissionId)) return {}
      const rows = await database.read(
        (db) => db.$queryRaw<BlobRow[]>`
          SELECT DISTINCT ON (kind) ${BLOB_COLUMNS} FROM blob
          WHERE submission_id = ${submissionId}::uuid AND version = ${version} AND kind = ANY(${kinds})
          ORDER BY kind, seq DESC`,
      )
      const opened = await Promise.all(rows.map((row) => toArtefact(sealer, row)))
      return Object.fromEntries(opened.map((artefact) => [artefact.kind, artefact]))
    },
    async readAll(submissionId, kinds) {
      if (!isUuid(submissionId)) return []
      const chosen = kinds ? Prisma.sql`AND kind = ANY(${kinds})` : Prisma.empty
      const rows = await database.read(
        (db) => db.$queryRaw<BlobRow[]>`
          SELECT ${BLOB_COLUMNS} FROM blob WHERE submission_id = ${submissionId}::uuid ${chosen} ORDER BY seq`,
      )
      return Promise.all(rows.map((row) => toArtefact(sealer, row)))
    },
    async readById(id) {
      if (!isUuid(id)) return undefined
      const row = await database.read((db) => db.blob.findUnique({ where: { id } }))
      return row ? toArtefact(sealer, row) : undefined
    },
    async add(submissionId, version, draft) {
      const blobs = await sealBlobs(sealer, [draft], now())
      await database.read((db) =>
        db.blob.createMany({
          data: blobs.map((blob) => ({ ...blob, submissionId, version })),
          skipDuplicates: true,
        }),
      )
    },
  }
}
