import { keyOf, numberOf } from '../support/activity-data.ts'
import type { useActivityWorlds, World } from '../support/activity-world.ts'

type Open = ReturnType<typeof useActivityWorlds>

/** Lets the registry's answer arrive and take effect. */
export async function answer(
  world: World,
  id: string,
  verdict: 'accepted' | 'rejected',
  version = 1,
) {
  const { documentId } = await world.store.cases.load(id, version)
  const stored = await world.store.acknowledgements.receive({
    organizationId: world.organization.id,
    answer: {
      messageId: `m-${version}`,
      documentId,
      verdict,
      registryId: verdict === 'accepted' ? numberOf(documentId) : undefined,
      issues: [],
      answeredAt: world.clock.now,
    },
    raw: Buffer.from(JSON.stringify({ verdict })),
    mediaType: 'application/json',
    via: 'callback',
  })
  await world.run('recordAnswer', {
    key: keyOf(id, 'record-answer', 1, version),
    acknowledgementId: stored.kind === 'unknown-document' ? '' : stored.acknowledgementId,
  })
}

/** A registered document whose years of keeping begin. */
export async function acceptedRecord(open: Open) {
  const world = await open()
  const consent = await world.consent()
  await world.template()
  const id = await world.sent()
  await answer(world, id, 'accepted')
  return { world, consent, id }
}
