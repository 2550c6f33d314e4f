import type { Registration, Registrations } from './registrations.ts'

/** What tests and people read to see that nothing was registered twice. */
export function toOverview(registrations: Registrations) {
  const posts = registrations.posts()
  const taken = registrations.all()
  const documents = taken.map((registration) => toRow(registration, posts))
  const notTaken = [...posts]
    .filter(([documentId]) => registrations.find(documentId) === undefined)
    .map(([documentId, count]) => ({ documentId, posts: count, registrations: 0 }))
  return { totals: toTotals(taken, posts), documents, notTaken }
}

export function toTotals(taken: readonly Registration[], posts: ReadonlyMap<string, number>) {
  const accepted = taken.filter(({ answer }) => answer?.status === 'accepted')
  const versions = new Map<string, number>()
  for (const { setId, versionNumber } of accepted) {
    const key = `${setId}/${versionNumber}`
    versions.set(key, (versions.get(key) ?? 0) + 1)
  }
  return {
    posts: [...posts.values()].reduce((sum, count) => sum + count, 0),
    documents: taken.length,
    answered: taken.filter(({ answer }) => answer !== undefined).length,
    registered: accepted.length,
    /** Versions of a set that were registered more than once: must be 0. */
    registeredTwice: [...versions.values()].filter((count) => count > 1).length,
    withdrawn: taken.filter(({ withdrawnAt }) => withdrawnAt !== undefined).length,
    delivered: taken.filter(({ delivered }) => delivered).length,
  }
}

function toRow(registration: Registration, posts: ReadonlyMap<string, number>) {
  const { plan: _plan, answer, answers, withdrawnAt, ...facts } = registration
  return {
    ...facts,
    posts: posts.get(registration.documentId) ?? 0,
    registrations: answer?.status === 'accepted' ? 1 : 0,
    status: answer?.status ?? 'processing',
    registryId: answer?.registryId ?? null,
    answeredAt: answer?.answeredAt ?? null,
    /** Everything that was said, in order. */
    answers: answers.map(({ messageId, status, registryId, answeredAt }) => ({
      messageId,
      status,
      registryId,
      answeredAt,
    })),
    withdrawnAt: withdrawnAt ?? null,
  }
}
