import type { Store } from '../adapters/storage/port.ts'
import { ALL_RIGHTS, DEMO_ACTOR, DEMO_ORGANIZATION, DEMO_TEMPLATES } from './demo-data.ts'

export interface SeedOptions {
  readonly databaseUrl: string
  readonly keyFile: string
  readonly apiKey: string
}

/** Puts the demo laboratory, its templates and its API key into the database. Run at every start: it is idempotent. */
export async function seedDemo(options: SeedOptions): Promise<void> {
  const store = await openStore(options)
  try {
    await saveDemo(store, options.apiKey)
  } finally {
    await store.close()
  }
}

/** The product's storage is loaded only here: importing it takes time that the servers use to start. */
async function openStore({ databaseUrl, keyFile }: SeedOptions): Promise<Store> {
  const [storage, keys] = await Promise.all([
    import('../adapters/storage/index.ts'),
    import('../adapters/keys/index.ts'),
  ])
  const sealer = keys.createSealer(keys.createFileKeyProvider({ path: keyFile }))
  return storage.createPrismaStore({ connectionString: databaseUrl, poolSize: 2, sealer })
}

/** What a laboratory would do in its first hour, confirmation of the templates by a person included. */
export async function saveDemo(
  store: Pick<Store, 'organizations' | 'templates' | 'apiKeys'>,
  apiKey: string,
): Promise<void> {
  const { id } = DEMO_ORGANIZATION
  await store.organizations.save(DEMO_ORGANIZATION)
  for (const draft of DEMO_TEMPLATES) {
    const saved = await store.templates.save(id, draft, DEMO_ACTOR)
    if (!saved.confirmed) await store.templates.confirm(id, draft.code, DEMO_ACTOR)
  }
  await store.apiKeys.ensure({
    organizationId: id,
    name: 'demo',
    key: apiKey,
    rights: ALL_RIGHTS,
  })
}
