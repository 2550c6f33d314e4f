import type { ApiDeps } from '../../deps.ts'

/** Who does something with a submission, and why. */
export interface By {
  readonly organizationId: string
  readonly submissionId: string
  readonly actor: string
  readonly reason: string
}

/**
 * Has a run carry out what a person wants. The audit entry is committed before: whatever has been set going is on record,
 * also when the process ends in between, and nothing happens that cannot be recorded. What fails or is refused is on record
 * as that. The reason is free text: it stays off the timeline. `text`: Russian, past tense.
 */
export async function onRecord<T>(
  { store }: Pick<ApiDeps, 'store'>,
  by: By,
  { name, text }: { readonly name: string; readonly text: string },
  run: () => Promise<T>,
): Promise<T> {
  const { reason, ...who } = by
  const action = `submission.${name}`
  await store.audit.record({ ...who, action, ...(reason && { reason }) })
  let done: T
  try {
    done = await run()
  } catch (error) {
    await store.audit.record({ ...who, action: `${action}.failed` })
    throw error
  }
  await store.audit.note({ ...who, event: { type: `person.${name}`, text } })
  return done
}
