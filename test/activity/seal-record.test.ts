import { createHash } from 'node:crypto'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { keyOf, labReport, numberOf, planted } from '../support/activity-data.ts'
import { certificate } from '../support/activity-fakes.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'
import { holding } from '../support/store.ts'
import { acceptedRecord, answer } from './accepted-record.ts'

const open = useActivityWorlds()

async function bundleOf(world: World, id: string): Promise<Record<string, Uint8Array>> {
  const evidence = await world.store.artefacts.read(id, 'evidence')
  return unzipSync(evidence?.bytes ?? new Uint8Array())
}
const sealing = (id: string, version = 1) => ({ key: keyOf(id, 'seal', 1, version) })

describe('sealRecord', () => {
  it('bundles what proves the delivery, with digests that verify', async () => {
    const { world, id } = await acceptedRecord(open)
    expect(await world.run('sealRecord', sealing(id))).toEqual({ onHold: false })
    const files = await bundleOf(world, id)
    expect(Object.keys(files).toSorted()).toEqual([
      'README.txt',
      'answer.json',
      'ca.pem',
      'document.pdf',
      'document.xml',
      'legal-basis.json',
      'manifest.json',
      'receipt.json',
      'request.json',
      'sha256sums.txt',
      'signature.p7s',
      'signer.pem',
      'timeline.json',
    ])
    const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array())) as {
      files: { name: string; sha256: string }[]
      facts: Record<string, unknown>
    }
    for (const { name, sha256 } of manifest.files)
      expect([name, digestOf(files[name])]).toEqual([name, sha256])
    expect(manifest.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['document.xml', 'signature.p7s', 'timeline.json', 'answer.json']),
    )
    const { document, documentId, retainUntil } = await world.store.cases.load(id, 1)
    expect(digestOf(files['document.xml'])).toBe(document?.digest)
    expect(manifest.facts).toMatchObject({
      registryId: numberOf(documentId),
      documentDigest: document?.digest,
      signedAt: document?.signatures[0]?.signedAt.toISOString(),
      retainUntil: retainUntil?.toISOString(),
    })
  })

  it('shows the legal basis with every query, and the timeline', async () => {
    const { world, consent, id } = await acceptedRecord(open)
    // Another result under the same consent: its questions belong to its own evidence.
    const other = await world.accept()
    await world.run('checkConsent', { key: keyOf(other, 'check-consent') })
    await world.run('sealRecord', sealing(id))
    const files = await bundleOf(world, id)
    const basis = JSON.parse(strFromU8(files['legal-basis.json'] ?? new Uint8Array())) as {
      basis: string
      consent: { number: string }
      checks: unknown[]
    }
    expect(basis).toMatchObject({
      basis: 'consent',
      consent: { number: consent.number },
      analyses: [{ consent: { number: consent.number } }],
    })
    expect(basis.checks).toMatchObject([{ submissionId: id }, { submissionId: id }])
    const timeline = strFromU8(files['timeline.json'] ?? new Uint8Array())
    for (const type of ['consent.active', 'document.signed', 'registry.taken', 'registry.accepted'])
      expect(timeline).toContain(type)
    expect(planted(timeline)).toEqual([])
  })

  it('seals once and starts the keeping', async () => {
    const { world, id } = await acceptedRecord(open)
    await world.run('sealRecord', sealing(id))
    await world.run('sealRecord', sealing(id), { attempt: 2 })
    const { retainUntil } = await world.store.cases.load(id, 1)
    expect(await world.view(id)).toMatchObject({
      phase: 'retained',
      status: 'accepted',
      waitingUntil: retainUntil,
    })
    const sealed = (await world.timeline(id)).filter(({ type }) => type === 'record.sealed')
    const evidence = await world.store.artefacts.read(id, 'evidence')
    expect(sealed).toMatchObject([{ details: { digest: evidence?.digest } }])
  })

  it('verifies at the time of signing when the clock was set back since', async () => {
    const { world, id } = await acceptedRecord(open)
    const { document } = await world.store.cases.load(id, 1)
    const signedAt = document?.signatures[0]?.signedAt
    world.clock.now = new Date(world.clock.now.getTime() - 3_600_000)
    await world.run('sealRecord', sealing(id))
    expect(world.verifier.verifyDetached).toHaveBeenCalledWith(
      expect.objectContaining({ now: signedAt }),
    )
  })

  it('names the certificate that signed, not its successor under another authority', async () => {
    const { world, id } = await acceptedRecord(open)
    world.verifier.verifyDetached.mockResolvedValue({
      ...{ kind: 'invalid', code: 'signature-untrusted', signer: certificate('A1') },
    })
    world.signer.certificate.mockReturnValue(certificate('B2'))
    await world.run('sealRecord', sealing(id))
    const files = await bundleOf(world, id)
    const named = strFromU8(files['signer.pem'] ?? new Uint8Array())
    expect(named).toContain(certificate('A1').der.toString('base64'))
  })

  it('says that a hold is on', async () => {
    const { world, id } = await acceptedRecord(open)
    await world.store.retention.placeHold(holding(id, world.organization.id))
    expect(await world.run('sealRecord', sealing(id))).toEqual({ onHold: true })
  })

  it('puts the registered version first and an earlier one under its number', async () => {
    const world = await open()
    await world.consent()
    await world.template()
    const id = await world.sent()
    await answer(world, id, 'rejected')
    await world.store.submissions.addCorrection({
      organizationId: world.organization.id,
      submissionId: id,
      report: { ...labReport('R-1'), notes: ['исправлено'] },
      contentDigest: 'd'.repeat(64),
      changedFields: ['/notes'],
      actor: 'user-7',
      reason: 'опечатка',
    })
    const at = (step: 'assemble' | 'sign' | 'send') => keyOf(id, step, 1, 2)
    await world.run('assembleDocument', { key: at('assemble') })
    await world.run('signDocument', { key: at('sign'), certificateSerial: 'A1' })
    await world.run('sendDocument', { key: at('send'), timeoutMs: 1 })
    await answer(world, id, 'accepted', 2)
    await world.run('sealRecord', sealing(id, 2))
    const files = await bundleOf(world, id)
    const digests = [2, 1].map(async (version) => {
      const { document } = await world.store.cases.load(id, version)
      return document?.digest
    })
    expect([digestOf(files['document.xml']), digestOf(files['version-1-document.xml'])]).toEqual(
      await Promise.all(digests),
    )
    expect(strFromU8(files['answer.json'] ?? new Uint8Array())).toContain('accepted')
    expect(strFromU8(files['version-1-answer.json'] ?? new Uint8Array())).toContain('rejected')
    expect(Object.keys(files)).toContain('version-1-document.xml.p7s')
  })

  it('leaves a document out that was made anew before it left', async () => {
    const world = await open()
    await world.consent()
    await world.template()
    const id = await world.signed()
    world.clock.now = new Date(world.clock.now.getTime() + 1000)
    await world.run('assembleDocument', { key: keyOf(id, 'assemble', 2) })
    await world.run('signDocument', { key: keyOf(id, 'sign', 2), certificateSerial: 'A1' })
    await world.run('sendDocument', {
      key: keyOf(id, 'send'),
      timeoutMs: 1,
    })
    await answer(world, id, 'accepted')
    await world.run('sealRecord', sealing(id))
    const files = await bundleOf(world, id)
    const { document } = await world.store.cases.load(id, 1)
    expect(digestOf(files['document.xml'])).toBe(document?.digest)
    const signed = JSON.parse(strFromU8(files['signature.p7s'] ?? new Uint8Array())) as object
    expect(signed).toMatchObject({ digest: document?.digest })
    expect(Object.keys(files).filter((name) => /-2\./.test(name))).toEqual([])
  })
})

function digestOf(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
}
