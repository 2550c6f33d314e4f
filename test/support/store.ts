import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileKeyProvider, createSealer } from '../../adapters/keys/index.ts'
import type { Sealer } from '../../adapters/shared/sealer.ts'
import { createPrismaStore } from '../../adapters/storage/index.ts'
import type { Organization, Store } from '../../adapters/storage/port.ts'
import { makeKeyFile } from '../../tools/make-keys.ts'
import { createTestDatabase } from './database.ts'

export interface TestStore {
  readonly store: Store
  readonly url: string
  readonly sealer: Sealer
  /** The store's clock: stands still until it is set. */
  readonly clock: { now: Date }
  close(): Promise<void>
}

export const LABORATORY: Organization = {
  id: 'lab-test',
  name: 'ООО «Проверочная лаборатория»',
  inn: '7707083893',
  ogrn: '1027700132195',
  okpo: null,
  kpp: null,
  oid: null,
  license: null,
  email: null,
  phone: null,
  address: null,
  legalBasis: 'consent',
  registry: 'portal',
  environment: 'test',
  timeZone: 'Europe/Moscow',
}

/** Somebody of the laboratory who forbids or allows destruction. */
export const holding = (submissionId: string, organizationId = LABORATORY.id) => ({
  ...{ organizationId, submissionId, actor: 'key-2', reason: 'судебный запрос' },
})

/** A store on a database of its own, with one laboratory in it; with keys of its own unless it is given some. */
export async function createTestStore(known?: Sealer): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'gonets-test-keys-'))
  const keyFile = join(folder, 'keys.json')
  await makeKeyFile(keyFile)
  const sealer = known ?? createSealer(createFileKeyProvider({ path: keyFile }))
  const database = await createTestDatabase()
  const clock = { now: new Date('2026-03-01T09:00:00.000Z') }
  const store = createPrismaStore({
    connectionString: database.url,
    poolSize: 8,
    sealer,
    now: () => clock.now,
  })
  await store.organizations.save(LABORATORY)
  return {
    store,
    url: database.url,
    sealer,
    clock,
    close: async () => {
      await store.close()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}
