import type { Issue } from '../../domain/shared/issue.ts'
import type { Sealer } from '../shared/sealer.ts'

/** A text that people or the registry wrote may name the patient: it stands sealed, with its wrapped key, in its column. */
const SEALED = /^sealed:([\w.-]{1,64}):([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/

const contextOf = (owner: string) => `text/${owner}`

/** `owner`: whose destruction takes the text along, usually the submission. */
export async function sealText(sealer: Sealer, owner: string, text: string): Promise<string> {
  const sealed = await sealer.seal(Buffer.from(text), contextOf(owner))
  const [key, content] = [sealed.wrappedKey, sealed.ciphertext].map((bytes) =>
    bytes.toString('base64'),
  )
  return `sealed:${sealed.keyId}:${key}:${content}`
}

/** What was written before texts were sealed is returned as it is. */
export async function openText(sealer: Sealer, owner: string, stored: string): Promise<string> {
  const [, keyId, key, content] = SEALED.exec(stored) ?? []
  if (keyId === undefined || key === undefined || content === undefined) return stored
  const sealed = {
    keyId,
    wrappedKey: Buffer.from(key, 'base64'),
    ciphertext: Buffer.from(content, 'base64'),
  }
  return (await sealer.open(sealed, contextOf(owner))).toString()
}

export const sealOptional = async <T extends string | null | undefined>(
  sealer: Sealer,
  owner: string,
  text: T,
) => (text ? sealText(sealer, owner, text) : text)

export const openOptional = async (sealer: Sealer, owner: string, stored: string | null) =>
  stored === null ? null : openText(sealer, owner, stored)

/** What looks like a place in a report or a message. */
const PLACE = /^[\w./~[\]-]*$/

/** Codes and places stay readable for the database; the words do not, nor what another side calls a place. */
export async function sealIssues(
  sealer: Sealer,
  owner: string,
  issues: readonly Issue[],
): Promise<Issue[]> {
  return Promise.all(
    issues.map(async (issue) => ({
      ...issue,
      pointer: PLACE.test(issue.pointer) ? issue.pointer : '',
      detail: await sealText(sealer, owner, issue.detail),
    })),
  )
}

export async function openIssues(
  sealer: Sealer,
  owner: string,
  issues: readonly Issue[],
): Promise<Issue[]> {
  return Promise.all(
    issues.map(async (issue) => ({
      ...issue,
      detail: await openText(sealer, owner, issue.detail),
    })),
  )
}
