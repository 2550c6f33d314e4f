import { sealBlobs, toArtefact } from './blob-rows.ts'
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
    async readAll(submissionId) {
      if (!isUuid(submissionId)) return []
      const rows = await database.read((db) =>
        db.blob.findMany({ where: { submissionId }, orderBy: { seq: 'asc' } }),
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
