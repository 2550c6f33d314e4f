import { setTimeout as pause } from 'node:timers/promises'
import type { PatientClient } from './client.ts'
import { personOf } from './people.ts'
import type { Story } from './story.ts'

/** A patient's will, by the clock of the run: expressed not before `from`, known by `until`. */
export interface Will {
  readonly says: 'yes' | 'no'
  readonly from: Date
  readonly until: Date
}

/** What the patients of a run have expressed, and which consent is whose. */
export interface Wills {
  /** Their first yes, with a number of its own. */
  introduce(story: Story): Promise<void>
  express(story: Story, says: 'yes' | 'no'): Promise<void>
  /** By СНИЛС. Whoever is not in it has said yes before the run. */
  readonly said: ReadonlyMap<string, readonly Will[]>
  /** Whose a consent is, by its number. */
  readonly owners: ReadonlyMap<string, string>
}

const GIVEN_AT = '2026-01-12T10:00:00+03:00'

export function createWills(client: PatientClient, sandboxUrl: string, run: string): Wills {
  const said = new Map<string, Will[]>()
  const owners = new Map<string, string>()
  /** Of the consent in the register, by СНИЛС. */
  const registered = new Map<string, string>()
  let count = 0

  const numberFor = (snils: string) => {
    count += 1
    const number = `С-${run}-${count}`
    owners.set(number, snils)
    return number
  }
  const tellService = (patientRef: string, status: string, documentNumber?: string) =>
    patiently(() =>
      fetch(`${sandboxUrl}/consents/status`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ patientRef, status, documentNumber },
          ...(said.has(patientRef) && { expressedAt: new Date().toISOString() }),
        }),
      }),
    )
  const register = async (story: Story, person: 0 | 1, givenAt: string) => {
    const patient = personOf(run, story.item, person)
    const consent = {
      ...{ number: numberFor(patient.snils), givenAt, scope: 'full', analyses: [] },
      ...{ confirmationMethod: 'paper', patient },
    }
    const { status, body } = await client.post('/v1/consents', consent)
    if (status >= 300) throw new Error(`a consent was refused: ${JSON.stringify(body)}`)
    registered.set(patient.snils, (body as { id: string }).id)
  }

  return {
    said,
    owners,
    async introduce(story) {
      for (const person of [0, 1] as const) {
        if (!story.words.some((word) => word.person === person)) continue
        const { snils } = personOf(run, story.item, person)
        if (story.consent === 'register') await register(story, person, GIVEN_AT)
        else await tellService(snils, 'active', numberFor(snils))
      }
    },
    async express(story, says) {
      const { snils } = personOf(run, story.item, 0)
      const before = said.get(snils) ?? []
      const from = new Date()
      said.set(snils, before)
      if (story.consent === 'service')
        await tellService(
          snils,
          says === 'yes' ? 'active' : 'rejected',
          says === 'yes' ? numberFor(snils) : undefined,
        )
      else if (says === 'yes') await register(story, 0, new Date().toISOString())
      else await withdraw(client, registered.get(snils) ?? '')
      before.push({ says, from, until: new Date() })
    },
  }
}

async function withdraw(client: PatientClient, id: string): Promise<void> {
  const { status, body } = await client.post(`/v1/consents/${id}/withdraw`, { reason: 'отзыв' })
  if (status >= 300) throw new Error(`a withdrawal was refused: ${JSON.stringify(body)}`)
}

async function patiently(call: () => Promise<Response>): Promise<void> {
  for (;;) {
    const answer = await call().catch(() => undefined)
    if (answer?.ok) return
    if (answer && answer.status < 500) throw new Error(`the sandbox answered ${answer.status}`)
    await pause(100)
  }
}

/** What counted when a document left that the registry had at `at`: calls that overlap are forgiven for `graceMs`. */
export function willAt(wills: readonly Will[], at: Date, graceMs: number): 'yes' | 'no' {
  const known = wills.filter(({ says, from, until }) =>
    says === 'yes' ? from <= at : until.getTime() + graceMs < at.getTime(),
  )
  return known.at(-1)?.says ?? 'yes'
}
