import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/shared/app-error.ts'
import { keyOf, STARTED } from '../support/activity-data.ts'
import { certificate, signatureBy } from '../support/activity-fakes.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'

const open = useActivityWorlds()
const sign = (id: string, round = 1) => ({ key: keyOf(id, 'sign', round), certificateSerial: 'A1' })

describe('signDocument', () => {
  it('signs the stored bytes once: CAdES over the XML, PAdES in the PDF', async () => {
    const world = await open()
    await world.consent()
    await world.template()
    const id = await world.assembled()
    const outcome = { kind: 'signed', personalSignatures: 0 }
    expect(await world.run('signDocument', sign(id))).toEqual(outcome)
    expect(await world.run('signDocument', sign(id), { attempt: 2 })).toEqual(outcome)
    const xml = await world.store.artefacts.read(id, 'document-xml')
    expect(world.signer.signDetached.mock.calls).toEqual([
      [{ bytes: xml?.bytes, signedAt: STARTED }],
    ])
    expect(world.signer.signPdf).toHaveBeenCalledTimes(1)
    const signature = await world.store.artefacts.read(id, 'signature')
    expect(signature?.bytes).toEqual(signatureBy('A1', xml?.bytes ?? Buffer.alloc(0)))
    const { document } = await world.store.cases.load(id, 1)
    expect(document?.signatures).toMatchObject([
      {
        kind: 'organization',
        blobId: signature?.id,
        signedAt: STARTED,
        signer: { serial: 'A1', subject: 'CN=Владелец A1' },
      },
    ])
    expect(await world.view(id)).toMatchObject({ phase: 'sending', status: 'ready' })
    const kinds = ['document-pdf', 'document-xml', 'report', 'signature', 'source']
    expect((await world.view(id)).artefacts).toEqual(kinds)
    expect((await world.events(id)).slice(-1)).toEqual(['document.signed'])
  })

  it('waits for personal signatures where the template asks for them', async () => {
    const world = await open()
    await world.consent()
    await world.template({ personalSignatures: 2 })
    const id = await world.assembled()
    expect(await world.run('signDocument', sign(id))).toEqual({
      kind: 'signed',
      personalSignatures: 2,
    })
    expect((await world.view(id)).phase).toBe('awaiting-signatures')
  })

  it('does not sign a document whose stamp shows another certificate', async () => {
    const world = await open()
    await world.consent()
    await world.template()
    const id = await world.assembled()
    world.signer.certificate.mockReturnValue(certificate('A2'))
    expect(await world.run('signDocument', sign(id))).toEqual({ kind: 'stale' })
    expect(world.signer.signDetached).not.toHaveBeenCalled()
    expect((await world.view(id)).phase).toBe('assembling')
    expect((await world.events(id)).slice(-1)).toEqual(['document.stale'])
  })

  it('leaves an expired certificate to a person', async () => {
    const world = await open()
    await world.consent()
    await world.template()
    const id = await world.assembled()
    world.signer.signDetached.mockRejectedValueOnce(
      new AppError('certificate-expired', 'permanent'),
    )
    expect(await world.failure('signDocument', sign(id))).toMatchObject({
      type: 'certificate-expired',
      nonRetryable: true,
    })
    expect((await world.view(id)).artefacts).not.toContain('signature')
  })
})

describe('approveDocument', () => {
  const approve = (id: string, approved: boolean) => ({
    key: keyOf(id, 'approve'),
    approved,
    actor: 'user-7',
  })

  it('makes the template automatic from then on', async () => {
    const world = await open()
    await world.consent()
    await world.template({}, { confirmed: false })
    const id = await world.assembled()
    await world.run('approveDocument', approve(id, true))
    await world.run('approveDocument', approve(id, true), { attempt: 2 })
    expect((await world.view(id)).phase).toBe('signing')
    expect((await world.timeline(id)).slice(-2)).toMatchObject([
      { type: 'document.assembled' },
      { type: 'template.confirmed', details: { actor: 'user-7' } },
    ])
    const next = await world.accept()
    expect(await world.run('assembleDocument', { key: keyOf(next, 'assemble') })).toMatchObject({
      templateConfirmed: true,
    })
  })

  it('sends a rejected document back for correction and leaves the template unconfirmed', async () => {
    const world = await open()
    await world.consent()
    await world.template({}, { confirmed: false })
    const id = await world.assembled()
    await world.run('approveDocument', approve(id, false))
    expect(await world.view(id)).toMatchObject({
      phase: 'needs-correction',
      reason: 'document-rejected',
    })
    expect((await world.store.cases.load(id, 1)).document?.templateConfirmed).toBe(false)
  })

  it('needs a document', async () => {
    const world = await open()
    const id = await world.accept()
    expect(await world.failure('approveDocument', approve(id, true))).toMatchObject({
      type: 'document-missing',
    })
  })
})

describe('verifySignature', () => {
  async function awaiting(personalSignatures: number) {
    const world = await open()
    await world.consent()
    await world.template({ personalSignatures })
    return { world, id: await world.signed() }
  }
  /** As the API stores a signature that was handed in. */
  async function handIn(world: World, id: string, serial: string, issuer?: string) {
    const xml = await world.store.artefacts.read(id, 'document-xml')
    const blobId = randomUUID()
    await world.store.artefacts.add(id, 1, {
      id: blobId,
      kind: 'personal-signature',
      mediaType: 'application/pkcs7-signature',
      bytes: signatureBy(serial, xml?.bytes ?? Buffer.alloc(0), issuer),
    })
    return blobId
  }
  const verify = (id: string, round: number, blobId: string) => ({
    key: keyOf(id, 'verify-signature', round),
    blobId,
    actor: 'user-7',
  })

  it('accepts signatures of different people until none is missing', async () => {
    const { world, id } = await awaiting(2)
    const first = verify(id, 1, await handIn(world, id, 'D1'))
    expect(await world.run('verifySignature', first)).toEqual({ accepted: true, missing: 1 })
    const second = verify(id, 2, await handIn(world, id, 'D2'))
    expect(await world.run('verifySignature', second)).toEqual({ accepted: true, missing: 0 })
    const { document } = await world.store.cases.load(id, 1)
    const serials = document?.signatures.map(({ signer }) => signer.serial)
    expect(serials?.toSorted()).toEqual(['A1', 'D1', 'D2'])
    await world.under(id, { legalBasis: 'law' })
    await world.run('sendDocument', { key: keyOf(id, 'send'), timeoutMs: 1 })
    expect(world.registry.submit.mock.calls[0]?.[0].submission.personalSignatures).toHaveLength(2)
  })

  it('finds its own verdict when it is repeated', async () => {
    const { world, id } = await awaiting(1)
    const input = verify(id, 1, await handIn(world, id, 'D1'))
    const verdict = await world.run('verifySignature', input)
    expect(await world.run('verifySignature', input, { attempt: 2 })).toEqual(verdict)
    expect((await world.store.cases.load(id, 1)).document?.signatures).toHaveLength(2)
    expect((await world.events(id)).filter((type) => type.startsWith('signature.'))).toEqual([
      'signature.accepted',
    ])
  })

  it('refuses a second signature of the same certificate', async () => {
    const { world, id } = await awaiting(2)
    await world.run('verifySignature', verify(id, 1, await handIn(world, id, 'D1')))
    const again = verify(id, 2, await handIn(world, id, 'D1'))
    expect(await world.run('verifySignature', again)).toEqual({
      accepted: false,
      code: 'signature-repeated',
    })
    expect((await world.timeline(id)).at(-1)).toMatchObject({
      type: 'signature.refused',
      details: { code: 'signature-repeated', actor: 'user-7' },
    })
  })

  it('tells the same serial of another issuer apart', async () => {
    const { world, id } = await awaiting(2)
    await world.run('verifySignature', verify(id, 1, await handIn(world, id, 'D1')))
    const other = verify(id, 2, await handIn(world, id, 'D1', 'CN=Другой центр'))
    expect(await world.run('verifySignature', other)).toEqual({ accepted: true, missing: 0 })
  })

  it('passes on why the verifier refused', async () => {
    const { world, id } = await awaiting(1)
    world.verifier.verifyDetached.mockResolvedValueOnce({
      kind: 'invalid',
      code: 'signature-untrusted',
    })
    const input = verify(id, 1, await handIn(world, id, 'D1'))
    expect(await world.run('verifySignature', input)).toEqual({
      accepted: false,
      code: 'signature-untrusted',
    })
    expect((await world.store.cases.load(id, 1)).document?.signatures).toHaveLength(1)
  })

  it('refuses what was never handed in', async () => {
    const { world, id } = await awaiting(1)
    expect(await world.run('verifySignature', verify(id, 1, randomUUID()))).toEqual({
      accepted: false,
      code: 'signature-malformed',
    })
  })
})
