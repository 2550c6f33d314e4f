import type { useActivityWorlds } from '../support/activity-world.ts'

type Open = ReturnType<typeof useActivityWorlds>

/** A signed document under an active consent, one step before it leaves. */
export async function readyToSend(open: Open) {
  const world = await open()
  const consent = await world.consent()
  await world.template()
  const id = await world.signed()
  world.consentService.check.mockClear()
  return { world, consent, id, ...(await world.store.cases.load(id, 1)) }
}
