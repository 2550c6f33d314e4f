import { createHash } from 'node:crypto'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { keyOf, labReport, planted, POLICY } from '../support/activity-data.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'

const open = useActivityWorlds()

async function answer(world: World, id: string, verdict: 'accepted' | 'rejected', version = 1) {
  const { documentId } = await world.store.cases.load(id, version)
  const stored = await world.store.acknowledgements.receive({
    organizationId: world.organization.id,
    answer: {
      messageId: `m-${version}`,
      documentId,
      verdict,
      registryId: verdict === 'accepted' ? 'РЕГ-1' : undefined,
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
    retentionMs: POLICY.retentionMs,
  })
}

async function accepted() {
  const world = await open()
  const consent = await world.consent()
  await world.template()
  const id = await world.sent()
  await answer(world, id, 'accepted')
  return { world, consent, id }
}

async function bundleOf(world: World, id: string): Promise<Record<string, Uint8Array>> {
  const evidence = await world.store.artefacts.read(id, 'evidence')
  return unzipSync(evidence?.bytes ?? new Uint8Array())
}
const sealing = (id: string, version = 1) => ({ key: keyOf(id, 'seal', 1, version) })
const destroying = (id: string) => ({ key: keyOf(id, 'destroy') })

describe('sealRecord', () => {
  it('bundles what proves the delivery, with digests that verify', async () => {
    const { world, id } = await accepted()
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
    const { document, retainUntil } = await world.store.cases.load(id, 1)
    expect(digestOf(files['document.xml'])).toBe(document?.digest)
    expect(manifest.facts).toMatchObject({
      registryId: 'РЕГ-1',
      documentDigest: document?.digest,
      signedAt: document?.signatures[0]?.signedAt.toISOString(),
      retainUntil: retainUntil?.toISOString(),
    })
  })

  it('shows the legal basis with every query, and the timeline', async () => {
    const { world, consent, id } = await accepted()
    await world.run('sealRecord', sealing(id))
    const files = await bundleOf(world, id)
    const basis = JSON.parse(strFromU8(files['legal-basis.json'] ?? new Uint8Array())) as {
      basis: string
      consent: { number: string }
      checks: unknown[]
    }
    expect(basis).toMatchObject({ basis: 'consent', consent: { number: consent.number } })
    expect(basis.checks).toHaveLength(2)
    const timeline = strFromU8(files['timeline.json'] ?? new Uint8Array())
    for (const type of ['consent.active', 'document.signed', 'registry.taken', 'registry.accepted'])
      expect(timeline).toContain(type)
    expect(planted(timeline)).toEqual([])
  })

  it('seals once and starts the keeping', async () => {
    const { world, id } = await accepted()
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

  it('says that a hold is on', async () => {
    const { world, id } = await accepted()
    await world.store.retention.placeHold(id, 'запрос прокуратуры')
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
    await world.run('sendDocument', { key: at('send'), legalBasis: 'consent', timeoutMs: 1 })
    await answer(world, id, 'accepted', 2)
    await world.run('sealRecord', sealing(id, 2))
    const files = await bundleOf(world, id)
    const digests = [2, 1].map(async (version) => {
      const { document } = await world.store.cases.load(id, version)
      return document?.digest
    })
    expect([
      digestOf(files['document.xml']),
      digestOf(files['version-1-document.xml']),
    ]).toEqual(await Promise.all(digests))
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
      legalBasis: 'consent',
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

describe('destroyRecord', () => {
  it('destroys every content and leaves a certificate that names what was destroyed', async () => {
    const { world, id } = await accepted()
    await world.run('sealRecord', sealing(id))
    const before = await world.store.artefacts.readAll(id)
    await world.run('destroyRecord', destroying(id))
    expect(await world.view(id)).toMatchObject({ phase: 'destroyed', waitingUntil: null })
    for (const { id: blobId } of before)
      await expect(world.store.artefacts.readById(blobId)).rejects.toMatchObject({
        code: 'content-unreadable',
      })
    const certificate = await world.store.artefacts.read(id, 'destruction-certificate')
    const act = JSON.parse(certificate?.bytes.toString() ?? '{}') as { destroyed: unknown[] }
    expect(act).toMatchObject({ submissionId: id, registryId: 'РЕГ-1' })
    expect(act.destroyed).toEqual(
      before.map(({ id: blobId, kind, version, digest }) => ({ id: blobId, kind, version, digest })),
    )
    expect(planted(JSON.stringify(act))).toEqual([])
    expect((await world.timeline(id)).at(-1)).toMatchObject({
      type: 'record.destroyed',
      details: { artefacts: before.length },
    })
  })

  it('finishes after a crash between the certificate and the erasure', async () => {
    const { world, id } = await accepted()
    const crashing = await open({
      organization: world.organization,
      store: {
        ...world.store,
        retention: {
          ...world.store.retention,
          erase: () => Promise.reject(new AppError('storage-unavailable', 'transient')),
        },
      },
    })
    expect(await crashing.failure('destroyRecord', destroying(id))).toMatchObject({
      type: 'storage-unavailable',
      nonRetryable: false,
    })
    expect(await world.store.artefacts.read(id, 'source')).toBeDefined()
    await world.run('destroyRecord', destroying(id), { attempt: 2 })
    await world.run('destroyRecord', destroying(id), { attempt: 3 })
    await expect(world.store.artefacts.read(id, 'source')).rejects.toMatchObject({
      code: 'content-unreadable',
    })
    expect(await world.store.artefacts.read(id, 'destruction-certificate')).toBeDefined()
    const destroyed = (await world.events(id)).filter((type) => type === 'record.destroyed')
    expect(destroyed).toHaveLength(1)
  })

  it('does not destroy what is on hold', async () => {
    const { world, id } = await accepted()
    await world.store.retention.placeHold(id, 'запрос прокуратуры')
    expect(await world.failure('destroyRecord', destroying(id))).toMatchObject({
      type: 'legal-hold',
      nonRetryable: true,
    })
    expect(await world.store.artefacts.read(id, 'source')).toBeDefined()
    expect((await world.view(id)).phase).toBe('notifying')
    expect(await world.events(id)).not.toContain('record.destroyed')
    await world.store.retention.releaseHold(id)
    await world.run('destroyRecord', destroying(id))
    expect((await world.view(id)).phase).toBe('destroyed')
  })
})

function digestOf(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
}
