import { createHash, randomUUID } from 'node:crypto'
import type { StoreParts } from './parts.ts'
import type { ApiKeys, Right } from './port.ts'

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex')

export function createApiKeys({ database, now }: StoreParts): ApiKeys {
  return {
    async authenticate(presentedKey) {
      const row = await database.read((db) =>
        db.apiKey.findUnique({ where: { keyHash: hashOf(presentedKey), revokedAt: null } }),
      )
      if (!row) return undefined
      return {
        keyId: row.id,
        organizationId: row.organizationId,
        rights: row.rights as Right[],
      }
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
