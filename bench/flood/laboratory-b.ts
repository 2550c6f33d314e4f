import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createFileKeyProvider, createSealer } from '../../adapters/keys/index.ts'
import { createPrismaStore } from '../../adapters/storage/index.ts'
import { ALL_RIGHTS, DEMO_ACTOR, DEMO_ORGANIZATION, DEMO_TEMPLATES } from '../../stack/demo-data.ts'
import type { StackHandle } from '../../test/support/stack.ts'

export interface LaboratoryB {
  readonly organizationId: string
  readonly apiKey: string
}

/** A second laboratory beside the one every stack starts with, with the same templates. */
export async function enterLaboratoryB(stack: StackHandle): Promise<LaboratoryB> {
  const keys = createFileKeyProvider({ path: join(stack.dataDir, 'keys.json') })
  const sealer = createSealer(keys)
  const store = createPrismaStore({ connectionString: stack.databaseUrl, poolSize: 1, sealer })
  const organizationId = randomUUID()
  const apiKey = `flood-${randomBytes(16).toString('hex')}`
  try {
    await store.organizations.save({ ...DEMO_ORGANIZATION, id: organizationId })
    for (const draft of DEMO_TEMPLATES) {
      await store.templates.save(organizationId, draft, DEMO_ACTOR)
      await store.templates.confirm(organizationId, draft.code, DEMO_ACTOR)
    }
    await store.apiKeys.ensure({ organizationId, name: 'flood', key: apiKey, rights: ALL_RIGHTS })
  } finally {
    await store.close()
  }
  return { organizationId, apiKey }
}
