import { X509Certificate } from 'node:crypto'
import { access, readFile, rename, writeFile } from 'node:fs/promises'
import type { DemoPki } from './make-demo-pki.ts'

const RENEW_BEFORE_MS = 30 * 86_400_000

/** True when every file is there, the authority is the one that issued, and the certificate has at least 30 days left. */
export async function isUsablePki(pki: DemoPki, now: Date): Promise<boolean> {
  const identities = [pki.organization, pki.doctor, pki.expired, pki.notYetValid, pki.foreign]
  const files = identities.flatMap(({ p12File, certificateFile }) => [p12File, certificateFile])
  try {
    await Promise.all(
      [pki.caFile, pki.foreignCaFile, pki.passwordFile, ...files].map((f) => access(f)),
    )
    const certificate = new X509Certificate(await readFile(pki.organization.certificateFile))
    const authority = new X509Certificate(await readFile(pki.caFile))
    const left = certificate.validToDate.getTime() - now.getTime()
    return certificate.verify(authority.publicKey) && left >= RENEW_BEFORE_MS
  } catch {
    return false
  }
}

/** Owner-only. */
export function writePrivate(path: string, content: string | Buffer): Promise<void> {
  return writeWhole(path, content, 0o600)
}

export function writePublic(path: string, content: string | Buffer): Promise<void> {
  return writeWhole(path, content, 0o644)
}

/** Through a temporary name, so that a reader or a crash never meets half a file. */
async function writeWhole(path: string, content: string | Buffer, mode: number): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  await writeFile(temporary, content, { mode })
  await rename(temporary, path)
}
