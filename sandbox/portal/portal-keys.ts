import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
} from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface PortalKeys {
  readonly privateKey: KeyObject
  readonly publicKeyPem: string
  readonly publicKeyFile: string
  /** SHA-256 of the SPKI, hex. */
  readonly keyId: string
}

/** The portal's key pair: made at the first start, kept in the folder, public half in `portal-public.pem`. */
export async function openPortalKeys(dir: string): Promise<PortalKeys> {
  const privateFile = join(dir, 'portal-private.pem')
  const publicKeyFile = join(dir, 'portal-public.pem')
  if (!existsSync(privateFile)) {
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
    writeWhole(privateFile, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  }
  const privateKey = createPrivateKey(readFileSync(privateFile))
  const publicKey = createPublicKey(privateKey)
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  writeWhole(publicKeyFile, publicKeyPem)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return {
    privateKey,
    publicKeyPem,
    publicKeyFile,
    keyId: createHash('sha256').update(spki).digest('hex'),
  }
}

/** Written beside and renamed: a kill never leaves half a key. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
