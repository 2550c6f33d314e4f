import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createForgeCmsSigner } from '../../../adapters/signers/forge-cms-signer.ts'
import { pemCertificates } from '../../../adapters/signers/pem-certificates.ts'
import { createSignatureVerifier } from '../../../adapters/signers/signature-verifier.ts'
import { useDemoPki } from '../../unit/signers/use-demo-pki.ts'
import { hasProgram, run } from './has-program.ts'

const demo = useDemoPki()
const openssl = hasProgram('openssl', 'version')
const directory = mkdtempSync(join(tmpdir(), 'gonets-openssl-'))
afterAll(() => rmSync(directory, { recursive: true }))

const bytes = Buffer.from('<документ>Тестова Анна Сергеевна</документ>')
const file = (name: string) => join(directory, name)

async function signed(name: 'organization' | 'doctor' = 'organization'): Promise<Buffer> {
  const signer = createForgeCmsSigner({ ...demo.identity(name), now: () => new Date() })
  return signer.signDetached({ bytes, signedAt: new Date() })
}

function opensslVerifies(signature: Buffer, content: Buffer, caFile: string) {
  writeFileSync(file('x.p7s'), signature)
  writeFileSync(file('x.bin'), content)
  const args = ['-inform', 'DER', '-in', file('x.p7s'), '-content', file('x.bin')]
  return run('openssl', [
    ...['cms', '-verify', '-cades', '-binary', ...args],
    ...['-CAfile', caFile, '-purpose', 'any', '-out', file('out')],
  ])
}

describe.runIf(openssl)('what forgeCmsSigner signs, OpenSSL', () => {
  it('accepts as CAdES under an authority with a Cyrillic name', async () => {
    const { code, output } = opensslVerifies(await signed(), bytes, demo.paths().caFile)
    expect(output).toContain('CAdES Verification successful')
    expect(code).toBe(0)
  })

  it('refuses when one byte of the content changed', async () => {
    const changed = Buffer.from(bytes)
    changed[1] = (changed[1] ?? 0) ^ 1
    expect(opensslVerifies(await signed(), changed, demo.paths().caFile).code).not.toBe(0)
  })

  it('refuses under another authority', async () => {
    expect(opensslVerifies(await signed(), bytes, demo.paths().foreignCaFile).code).not.toBe(0)
  })

  it('finds the certificate valid and its Cyrillic in UTF-8', () => {
    const { caFile, organization } = demo.paths()
    expect(run('openssl', ['verify', '-CAfile', caFile, organization.certificateFile]).code).toBe(0)
    const text = run('openssl', [
      ...['x509', '-in', organization.certificateFile, '-noout', '-subject', '-nameopt', 'utf8'],
    ])
    expect(text.output).toContain('ООО «Демонстрационная лаборатория»')
  })
})

describe.runIf(openssl)('what OpenSSL signs, signatureVerifier', () => {
  const verify = (signature: Buffer, caFile = demo.paths().caFile) =>
    createSignatureVerifier({
      trusted: pemCertificates(readFileSync(caFile, 'utf8')),
    }).verifyDetached({ signature, bytes, now: new Date() })

  function opensslSigns(...options: string[]): Buffer {
    writeFileSync(file('y.bin'), bytes)
    const { p12File } = demo.paths().doctor
    const pass = `file:${demo.paths().passwordFile}`
    const exported = ['-in', p12File, '-passin', pass, '-noenc', '-out', file('doctor.key')]
    expect(run('openssl', ['pkcs12', ...exported]).code).toBe(0)
    const { code, output } = run('openssl', [
      ...['cms', '-sign', '-binary', '-in', file('y.bin'), '-signer', file('doctor.key')],
      ...['-outform', 'DER', '-out', file('y.p7s'), ...options],
    ])
    expect(output).toBe('')
    expect(code).toBe(0)
    return readFileSync(file('y.p7s'))
  }

  it.each([
    ['with SHA-256', ['-cades', '-md', 'sha256']],
    ['with SHA-512', ['-cades', '-md', 'sha512']],
    ['naming the key, not the certificate', ['-cades', '-md', 'sha256', '-keyid']],
  ])('accepts %s', async (_, options) => {
    expect(await verify(opensslSigns(...options))).toMatchObject({
      kind: 'valid',
      signer: { owner: 'Образцова Мария Ивановна' },
    })
  })

  it.each([
    ['plain CMS without signing-certificate', 'signature-malformed', ['-md', 'sha256']],
    ['SHA-1', 'signature-algorithm-unsupported', ['-cades', '-md', 'sha1']],
    ['content inside', 'signature-not-detached', ['-cades', '-md', 'sha256', '-nodetach']],
    ['no signed attributes', 'signature-malformed', ['-md', 'sha256', '-noattr']],
    ['no certificate', 'signature-malformed', ['-cades', '-md', 'sha256', '-nocerts']],
  ])('refuses %s as %s', async (_, code, options) => {
    expect(await verify(opensslSigns(...options))).toEqual({ kind: 'invalid', code })
  })

  it('accepts elliptic curves', async () => {
    const [key, ca] = [file('ec.key'), file('ec.pem')]
    const subject = ['-subj', '/CN=EC', '-addext', 'keyUsage=digitalSignature,keyCertSign']
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    run('openssl', [...made, '-keyout', key, '-out', ca, '-days', '2', ...subject])
    writeFileSync(file('z.bin'), bytes)
    const files = ['-in', file('z.bin'), '-signer', ca, '-inkey', key, '-out', file('z.p7s')]
    run('openssl', [
      'cms',
      '-sign',
      '-cades',
      '-binary',
      '-md',
      'sha256',
      '-outform',
      'DER',
      ...files,
    ])
    expect(await verify(readFileSync(file('z.p7s')), ca)).toMatchObject({ kind: 'valid' })
  })
})
