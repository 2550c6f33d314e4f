import type { IdempotencyKey } from '../../prisma/generated/client.ts'
import type { Sealer } from '../shared/sealer.ts'
import { toBuffer, toBytesColumn } from './columns.ts'
import { isSameDigest, keyDigest } from './digest-at-rest.ts'
import type { StoreParts } from './parts.ts'
import type { IdempotencyKeys } from './port.ts'

/** A request that has not ended after this long died with its process: the next one with the key runs. */
const ABANDONED_AFTER_MS = 60_000

interface StoredAnswer {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: string
}

export function createIdempotencyKeys({ database, sealer, now }: StoreParts): IdempotencyKeys {
  const indexOf = ({ scope, key }: { scope: string; key: string }) =>
    sealer.blindIndex(`idempotency/${scope}`, key)
  return {
    async begin(input) {
      const keyIndex = indexOf(input)
      const at = now()
      const abandoned = new Date(at.getTime() - ABANDONED_AFTER_MS)
      // Begun that far ahead of now: the clock has been set back, and its minute would last as long as the step.
      const impossible = new Date(at.getTime() + ABANDONED_AFTER_MS)
      // Keyed: a short request could be guessed by its plain digest. Rows of old hold plain ones until their term ends.
      const requestDigest = keyDigest(sealer, input.requestDigest)
      const taken = await database.read(
        (db) => db.$executeRaw`
          INSERT INTO idempotency_key (key_index, request_digest, started_at)
          VALUES (${keyIndex}, ${requestDigest}, ${at})
          ON CONFLICT (key_index) DO UPDATE SET started_at = excluded.started_at
          WHERE idempotency_key.finished_at IS NULL
            AND (idempotency_key.started_at < ${abandoned} OR idempotency_key.started_at > ${impossible})
            AND idempotency_key.request_digest IN (${requestDigest}, ${input.requestDigest})`,
      )
      if (taken > 0) return { kind: 'fresh' }
      const row = await database.read((db) => db.idempotencyKey.findUnique({ where: { keyIndex } }))
      // Given up between the two statements: the caller tries again, as with one that runs.
      if (!row) return { kind: 'running' }
      if (!isSameDigest(sealer, row.requestDigest, requestDigest)) return { kind: 'mismatch' }
      const answer = await openAnswer(sealer, row)
      return answer ? { kind: 'replay', ...answer } : { kind: 'running' }
    },
    async finish(input) {
      const keyIndex = indexOf(input)
      const { statusCode, headers, body } = input
      const answer: StoredAnswer = { statusCode, headers, body }
      const sealed = await sealer.seal(Buffer.from(JSON.stringify(answer)), contextOf(keyIndex))
      await database.read((db) =>
        db.idempotencyKey.updateMany({
          where: { keyIndex, finishedAt: null },
          data: {
            finishedAt: now(),
            ciphertext: toBytesColumn(sealed.ciphertext),
            wrappedKey: toBytesColumn(sealed.wrappedKey),
            keyId: sealed.keyId,
          },
        }),
      )
    },
    async abandon(input) {
      const where = { keyIndex: indexOf(input), finishedAt: null }
      await database.read((db) => db.idempotencyKey.deleteMany({ where }))
    },
  }
}

const contextOf = (keyIndex: string) => `idempotency/${keyIndex}`

async function openAnswer(sealer: Sealer, row: IdempotencyKey): Promise<StoredAnswer | undefined> {
  const { ciphertext, wrappedKey, keyId } = row
  if (ciphertext === null || wrappedKey === null || keyId === null) return undefined
  const sealed = { ciphertext: toBuffer(ciphertext), wrappedKey: toBuffer(wrappedKey), keyId }
  const plain = await sealer.open(sealed, contextOf(row.keyIndex))
  return JSON.parse(plain.toString()) as StoredAnswer
}
