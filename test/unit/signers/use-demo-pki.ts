import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { openP12, type SigningIdentity } from '../../../adapters/signers/open-p12.ts'
import { pemCertificates } from '../../../adapters/signers/pem-certificates.ts'
import { type DemoIdentity, type DemoPki, makeDemoPki } from '../../../tools/pki/make-demo-pki.ts'

type IdentityName = {
  [Key in keyof DemoPki]: DemoPki[Key] extends DemoIdentity ? Key : never
}[keyof DemoPki]

/** Certificates for the tests of one file: made before the first, removed after the last. */
export function useDemoPki() {
  let pki: DemoPki
  const opened = new Map<IdentityName, SigningIdentity>()
  beforeAll(async () => {
    pki = await makeDemoPki(await mkdtemp(join(tmpdir(), 'gonets-pki-')))
  })
  afterAll(() => rm(pki.directory, { recursive: true }))
  return {
    paths: () => pki,
    password: () => readFileSync(pki.passwordFile, 'utf8'),
    authorities: () => pemCertificates(readFileSync(pki.caFile, 'utf8')),
    identity: (name: IdentityName): SigningIdentity => {
      const known = opened.get(name)
      if (known) return known
      const password = readFileSync(pki.passwordFile, 'utf8')
      const identity = openP12(readFileSync(pki[name].p12File), password)
      opened.set(name, identity)
      return identity
    },
  }
}
