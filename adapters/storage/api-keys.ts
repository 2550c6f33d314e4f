import { createHash, randomUUID } from 'node:crypto'
import type { StoreParts } from './parts.ts'
import type { ApiKeyPrincipal, ApiKeys } from './port.ts'

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex')

export function createApiKeys({ database, now }: StoreParts): ApiKeys {
  return {
    async authenticate(presentedKey) {
      // Asked at every request: without Prisma's planner it costs a third.
      const rows = await database.read(
        (db) => db.$queryRaw<ApiKeyPrincipal[]>`
          SELECT id AS "keyId", organization_id AS "organizationId", rights FROM api_key
          WHERE key_hash = ${hashOf(presentedKey)} AND revoked_at IS NULL`,
      )
      return rows[0]
    },
    async ensure({ organizationId, name, key, rights }) {
      const keyHash = hashOf(key)
      const row = await database.write((tx) =>
        tx.apiKey.upsert({
          where: { keyHash },
          update: {},
          create: {
            id: randomUUID(),
            organizationId,
            name,
            keyHash,
            rights: [...rights],
            createdAt: now(),
          },
        }),
      )
      return { keyId: row.id }
    },
  }
}
