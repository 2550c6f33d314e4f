import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDocumentRenderer } from '../../adapters/documents/document-renderer.ts'
import { createForgeCmsSigner } from '../../adapters/signers/forge-cms-signer.ts'
import { createSignatureVerifier } from '../../adapters/signers/signature-verifier.ts'
import { hasProgram, run as runProgram } from '../contract/signers/has-program.ts'
import { DOCTOR, keyOf, planted, send } from '../support/activity-data.ts'
import { useActivityWorlds, type World } from '../support/activity-world.ts'
import { useDemoPki } from '../unit/signers/use-demo-pki.ts'

const open = useActivityWorlds()
const demo = useDemoPki()
const openssl = hasProgram('openssl', 'version')
const now = new Date()
const signerOf = (name: 'organization' | 'doctor') =>
  createForgeCmsSigner({ ...demo.identity(name), now: () => now })

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonets-evidence-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The doctor signs at home what the organisation has signed here. */
async function signByDoctor(world: World, id: string): Promise<string> {
  const xml = await world.store.artefacts.read(id, 'document-xml')
  const blobId = randomUUID()
  await world.store.artefacts.add(id, 1, {
    id: blobId,
    kind: 'personal-signature',
    mediaType: 'application/pkcs7-signature',
    bytes: await signerOf('doctor').signDetached({
      bytes: xml?.bytes ?? Buffer.alloc(0),
      signedAt: now,
    }),
  })
  return blobId
}

async function accept(world: World, id: string): Promise<void> {
  const { documentId } = await world.view(id)
  const raw = Buffer.from('{"status":"accepted"}')
  world.registry.find.mockResolvedValueOnce({
    kind: 'answered',
    raw,
    answer: {
      messageId: 'm-1',
      documentId,
      verdict: 'accepted',
      registryId: 'РЕГ-1',
      issues: [],
      answeredAt: now,
    },
  })
  const found = await world.run('findInRegistry', { key: keyOf(id, 'poll'), timeoutMs: 1000 })
  await world.run('recordAnswer', {
    key: keyOf(id, 'record-answer'),
    acknowledgementId: found.kind === 'answered' ? found.acknowledgementId : '',
  })
}

it('carries a result from acceptance to destruction, with evidence that strangers can verify', async () => {
  const world = await open({
    documents: createDocumentRenderer(),
    signer: signerOf('organization'),
    verifier: createSignatureVerifier({ trusted: demo.authorities() }),
  })
  world.clock.now = now
  await world.consent()
  await world.template({ personalSignatures: 1 }, { confirmed: false })
  const id = await world.accept({
    responsibleDoctor: { ...DOCTOR, givenName: 'Пётр', position: 'Врач КЛД' },
  })

  await world.run('checkConsent', { key: keyOf(id, 'check-consent') })
  const assembled = await world.run('assembleDocument', { key: keyOf(id, 'assemble') })
  expect(assembled).toMatchObject({ kind: 'assembled', templateConfirmed: false })
  await world.run('approveDocument', { key: keyOf(id, 'approve'), approved: true, actor: 'user-7' })
  const certificateSerial = assembled.kind === 'assembled' ? assembled.certificateSerial : ''
  expect(await world.run('signDocument', { key: keyOf(id, 'sign'), certificateSerial })).toEqual({
    kind: 'signed',
    personalSignatures: 1,
  })
  const blobId = await signByDoctor(world, id)
  const handedIn = { key: keyOf(id, 'verify-signature'), blobId, actor: 'user-7' }
  expect(await world.run('verifySignature', handedIn)).toEqual({ accepted: true, missing: 0 })
  expect(await world.run('sendDocument', send(id))).toEqual({ kind: 'taken' })
  await accept(world, id)
  const message = { submissionId: id, version: 1, kind: 'document-available', round: 1 } as const
  expect(await world.run('sendNotification', { ...message, recipient: 'patient' })).toBe('sent')
  expect(await world.run('sealRecord', { key: keyOf(id, 'seal') })).toEqual({ onHold: false })

  const evidence = await world.store.artefacts.read(id, 'evidence')
  const files = unzipSync(evidence?.bytes ?? new Uint8Array())
  expect(Object.keys(files)).toContain('personal-signature.p7s')
  await Promise.all(
    Object.entries(files).map(([name, bytes]) => writeFile(join(folder, name), bytes)),
  )
  const readme = strFromU8(files['README.txt'] ?? new Uint8Array())
  const sums = runProgram('sha256sum', ['-c', 'sha256sums.txt'], folder)
  expect([sums.code, sums.output]).toEqual([0, expect.stringContaining('document.xml: ')])
  const commands = readme.split('\n').filter((line) => line.includes('openssl cms -verify'))
  expect(commands).toHaveLength(2)
  for (const command of openssl ? commands : []) {
    const { code, output } = runProgram('sh', ['-c', command], folder)
    expect([command, code, output]).toEqual([
      command,
      0,
      expect.stringContaining('CAdES Verification successful'),
    ])
  }

  expect(planted(JSON.stringify(await world.timeline(id)))).toEqual([])
  world.clock.now = (await world.store.cases.load(id, 1)).retainUntil ?? world.clock.now
  await world.run('destroyRecord', { key: keyOf(id, 'destroy') })
  await expect(world.store.artefacts.read(id, 'document-pdf')).rejects.toMatchObject({
    code: 'content-unreadable',
  })
  expect(await world.view(id)).toMatchObject({ phase: 'destroyed', status: 'accepted' })
}, 60_000)
