import { X509Certificate } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DEMO_ORGANIZATION } from '../../stack/demo-data.ts'
import { demoPkiPaths, makeDemoPki } from '../../tools/pki/make-demo-pki.ts'
import { type Clocks, makeClocks } from '../support/clocks.ts'
import { json, Laboratory, sampleReport } from '../support/laboratory.ts'
import { type StackHandle, startStack } from '../support/stack.ts'

const HOUR = 3_600_000
let clocks: Clocks
let stack: StackHandle
let lab: Laboratory
let old: X509Certificate
beforeAll(async () => {
  clocks = await makeClocks()
  const polling = { GONETS_POLL_FIRST: '2s', GONETS_POLL_MAX: '4s' }
  stack = await startStack({ env: { ...clocks.env, ...polling } })
  lab = new Laboratory(stack)
  await stack.stopChild('worker')
  old = await install(new Date(Date.now() + HOUR))
  await stack.startChild('worker')
})
afterAll(async () => {
  await stack.stop()
  await clocks.remove()
})

/** Another certificate, of another authority, in place of the one that is there. */
async function install(organizationEnds?: Date): Promise<X509Certificate> {
  const folder = join(stack.dataDir, 'pki')
  const options = { organization: DEMO_ORGANIZATION, ...(organizationEnds && { organizationEnds }) }
  await rm(folder, { recursive: true })
  await makeDemoPki(folder, options)
  return new X509Certificate(await readFile(demoPkiPaths(folder).organization.certificateFile))
}

const submit = async (resultId: string) => await lab.submit(await sampleReport('cbc', resultId))
const typesOf = async (id: string) => (await lab.events(id)).map(({ type }) => type)

/** The evidence names who signed, and the authority stands beside. */
async function expectSignedBy(id: string, certificate: X509Certificate): Promise<void> {
  const files = unzipSync(await lab.artefact(id, 'evidence.zip'))
  const named = new X509Certificate(files['signer.pem'] ?? '')
  expect(named.serialNumber).toBe(certificate.serialNumber)
  const authority = new X509Certificate(files['ca.pem'] ?? '')
  expect(named.verify(authority.publicKey)).toBe(true)
}

it('a certificate that ends stops what is not yet signed, and a new one carries it on', async () => {
  await stack.setFault({ target: 'callback', mode: 'silent' })
  const asked = await submit('SENT-BEFORE')
  const { documentId } = await lab.show(asked)
  const question = { operation: 'find', documentId }
  await stack.setFault({ target: 'portal', mode: 'error-5xx', match: question })
  await expect.poll(() => typesOf(asked)).toContain('registry.taken')
  const away = await stack.setFault({ target: 'portal', mode: 'rate-limit' })
  const signed = await submit('SIGNED-BEFORE')
  await expect.poll(() => typesOf(signed)).toContain('document.signed')

  await clocks.set('worker', 2 * HOUR)
  const late = [await submit('LATE-1'), await submit('LATE-2')]
  for (const id of late) {
    expect(await lab.restsAt(id)).toMatchObject({
      ...{ phase: 'needs-attention', reason: 'certificate-expired', registryId: null },
    })
    expect(await typesOf(id)).not.toContain('document.signed')
  }
  const told = async () =>
    (await lab.inbox()).mails.filter(({ to }) => String(to).includes('operator@lab.example'))
  await expect.poll(async () => (await told()).length).toBe(late.length)
  await stack.clearFaults(away)
  await expect.poll(() => typesOf(signed), { timeout: 30_000 }).toContain('registry.taken')

  await stack.stopChild('worker')
  await expect(stack.startChild('worker')).rejects.toThrow(
    'Срок действия сертификата подписи истёк. Установите новый сертификат',
  )
  const renewed = await install()
  await stack.startChild('worker')
  await stack.clearFaults()
  for (const id of late) await json(await lab.postJson(`/v1/submissions/${id}/retry`, {}))
  for (const id of late) {
    await lab.restsAt(id, ['retained'])
    await expectSignedBy(id, renewed)
  }
  for (const id of [asked, signed]) {
    await lab.restsAt(id, ['retained'])
    await expectSignedBy(id, old)
  }
  expect((await lab.registrations()).totals.registeredTwice).toBe(0)
})
