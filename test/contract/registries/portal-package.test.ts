import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RegistrySubmission } from '../../../adapters/registries/port.ts'
import { createPortalRegistry } from '../../../adapters/registries/portal/portal-registry.ts'
import { type Rehearsal, startRehearsal } from './rehearsal.ts'
import { sampleCms, sampleSubmission, sha256 } from './sample-submission.ts'

let world: Rehearsal
beforeAll(async () => {
  world = await startRehearsal()
})
afterAll(() => world.close())

const timeoutMs = 5000

/** Our client, with somebody in the middle who changes the body. */
function meddled(change: (body: Body) => void) {
  const meddle: typeof fetch = (url, init) => {
    const body = JSON.parse(Buffer.from(init?.body as Uint8Array).toString()) as Body
    change(body)
    return fetch(url, { ...init, body: JSON.stringify(body) })
  }
  return createPortalRegistry({
    baseUrl: world.sandbox().url,
    token: 'test-token',
    publicKeyPem: world.sandbox().publicKeyPem,
    fetch: meddle,
  })
}
interface Body {
  header: { organizationId: string }
  metadata: { versionNumber: number; consent: { number?: string }; files: { size: number }[] }
  files: { content: string; name: string; keyId: string; wrappedKey: string }[]
  signatures: { role: string; content: string }[]
}

function set<T extends object>(target: T | undefined, key: keyof T, value: string | number): void {
  if (target !== undefined) Object.assign(target, { [key]: value })
}
function exchangeNames(file: Body['files'][number]): void {
  file.name = file.name === 'document.xml' ? 'document.pdf' : 'document.xml'
}

describe('the package', () => {
  it.each<[string, (body: Body) => void, string]>([
    [
      'another organisation',
      ({ header }) => set(header, 'organizationId', 'lab-2'),
      'package_unreadable',
    ],
    ['another version', ({ metadata }) => set(metadata, 'versionNumber', 7), 'package_unreadable'],
    [
      'another consent',
      ({ metadata }) => set(metadata.consent, 'number', 'С-99'),
      'consent_digest_mismatch',
    ],
    ['another size', ({ metadata }) => set(metadata.files[0], 'size', 1), 'package_unreadable'],
    ['other content', ({ files }) => set(files[0], 'content', 'AAAA'), 'package_unreadable'],
    ['another key', ({ files }) => set(files[1], 'keyId', 'a'.repeat(64)), 'key_unknown'],
    [
      'contents swapped',
      ({ files }) => void files.reverse().map(exchangeNames),
      'package_unreadable',
    ],
    [
      'another signature',
      ({ signatures }) => set(signatures[0], 'content', 'MAA='),
      'signature_list_mismatch',
    ],
  ])('%s after encryption is noticed', async (_name, change, portalCode) => {
    const call = meddled(change).submit({ submission: sampleSubmission(), timeoutMs })
    await expect(call).rejects.toMatchObject({
      code: 'registry-protocol-error',
      details: { status: 400, portalCode },
    })
  })

  it.each<[string, Partial<RegistrySubmission>, string]>([
    ['no CMS', { signature: Buffer.from('signature') }, 'signature_unreadable'],
    [
      'a signature of another document',
      { signature: sampleCms(Buffer.from('other')) },
      'signature_digest_mismatch',
    ],
    [
      'a personal signature that is none',
      { personalSignatures: [Buffer.from('x')] },
      'signature_unreadable',
    ],
  ])('%s is refused', async (_name, change, code) => {
    const outcome = await world.registry.submit({ submission: sampleSubmission(change), timeoutMs })
    expect(outcome).toMatchObject({ kind: 'refused', issues: [{ code }] })
  })

  it('carries personal signatures, a legal basis without consent, a replaced version, megabytes', async () => {
    const sample = sampleSubmission()
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(3_000_000)])
    const submission = sampleSubmission({
      document: { ...sample.document, pdf },
      personalSignatures: [sampleCms(sample.document.xml), sampleCms(sample.document.xml)],
      consent: { basis: 'law' },
      versionNumber: 2,
      replacesDocumentId: sample.documentId,
    })
    expect((await world.registry.submit({ submission, timeoutMs })).kind).toBe('taken')
  })

  it('encrypts anew on every attempt, each file under its own key', async () => {
    const submission = sampleSubmission()
    const bodies: Body[] = []
    const registry = meddled((body) => void bodies.push(structuredClone(body)))
    await registry.submit({ submission, timeoutMs })
    await registry.submit({ submission, timeoutMs })
    const keys = bodies.flatMap((body) => body.files.map((file) => file.wrappedKey))
    expect(new Set(keys).size).toBe(4)
  })

  it('the same number with another content is a conflict, not a second registration', async () => {
    const submission = sampleSubmission()
    await world.registry.submit({ submission, timeoutMs })
    const other = Buffer.from('<ClinicalDocument/>')
    const changed = sampleSubmission({
      documentId: submission.documentId,
      signature: sampleCms(other),
    })
    const clash = {
      ...changed,
      document: { ...changed.document, xml: other, digest: sha256(other) },
    }
    await expect(world.registry.submit({ submission: clash, timeoutMs })).rejects.toMatchObject({
      code: 'registry-document-differs',
      class: 'permanent',
      details: { status: 409, portalCode: 'document_conflict' },
    })
    const { documentId } = submission
    expect(await world.registry.find({ documentId, timeoutMs })).toMatchObject({
      digest: submission.document.digest,
    })
  })

  it('a wrong token is turned away; a wrong key file stops the start', async () => {
    const { url, publicKeyPem } = world.sandbox()
    const stranger = createPortalRegistry({ baseUrl: url, token: 'other', publicKeyPem })
    await expect(stranger.testConnection({ timeoutMs })).rejects.toMatchObject({
      code: 'registry-access-denied',
    })
    expect(() =>
      createPortalRegistry({ baseUrl: url, token: 'x', publicKeyPem: 'no key' }),
    ).toThrow()
  })
})
