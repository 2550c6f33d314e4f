import { createHash, sign, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { describe, expect, it } from 'vitest'
import { buildCadesBes } from '../../../adapters/signers/cades-bes.ts'
import { readCertificateFields } from '../../../adapters/signers/certificate-fields.ts'
import { childAt, readDer } from '../../../adapters/signers/der-reader.ts'
import { der } from '../../../adapters/signers/der-writer.ts'
import { createForgeCmsSigner } from '../../../adapters/signers/forge-cms-signer.ts'
import type { SigningIdentity } from '../../../adapters/signers/open-p12.ts'
import { createSignatureVerifier } from '../../../adapters/signers/signature-verifier.ts'
import { doctorSubject } from '../../../tools/pki/demo-subjects.ts'
import { issueCertificate } from '../../../tools/pki/issue-certificate.ts'
import { useDemoPki } from './use-demo-pki.ts'

const demo = useDemoPki()
const bytes = Buffer.from('<документ/>')
const now = new Date()

function signAs(name: 'organization' | 'doctor' | 'foreign'): Promise<Buffer> {
  const signer = createForgeCmsSigner({ ...demo.identity(name), now: () => now })
  return signer.signDetached({ bytes, signedAt: now })
}

/** Signs without looking at the validity of the certificate, as a careless program would. */
function signCarelessly(identity: SigningIdentity, signingTime?: Date): Promise<Buffer> {
  return buildCadesBes({
    digest: createHash('sha256').update(bytes).digest(),
    certificate: readCertificateFields(identity.certificate),
    chain: identity.chain,
    ...(signingTime && { signingTime }),
    sign: async (attributes) => sign('sha256', attributes, identity.key),
  })
}

function verify(signature: Buffer, overrides: { bytes?: Buffer; now?: Date } = {}) {
  const verifier = createSignatureVerifier({ trusted: demo.authorities() })
  return verifier.verifyDetached({ signature, bytes, now, ...overrides })
}

/** Takes a SignedData apart and puts it together with `change` applied to its fields. */
function rebuild(signature: Buffer, change: (fields: Buffer[]) => Buffer[]): Buffer {
  const root = readDer(signature)
  const signedData = childAt(childAt(root, 1), 0)
  const fields = change(signedData.children.map((child) => child.raw))
  return der.sequence(childAt(root, 0).raw, der.context(0, der.sequence(...fields)))
}

describe('signatureVerifier', () => {
  it('believes a signature under a trusted authority and says whose it is and when', async () => {
    const outcome = await verify(await signAs('doctor'))
    expect(outcome).toMatchObject({
      kind: 'valid',
      signer: { owner: 'Образцова Мария Ивановна', chain: demo.authorities() },
      signedAt: new Date(Math.floor(now.getTime() / 1000) * 1000),
    })
  })

  it('names the signer under an unknown authority, with the chain the signature brings', async () => {
    const [authority] = demo.identity('foreign').chain
    expect(await verify(await signAs('foreign'))).toMatchObject({
      ...{ kind: 'invalid', code: 'signature-untrusted' },
      signer: { der: demo.identity('foreign').certificate, chain: [authority] },
    })
  })

  it('believes a signature whose envelope is BER of indefinite length', async () => {
    const root = readDer(await signAs('doctor'))
    const fields = childAt(childAt(root, 1), 0).children.map((child) => child.raw)
    const open = (tag: number, ...content: Buffer[]) =>
      Buffer.concat([Buffer.from([tag, 0x80]), ...content, Buffer.from([0, 0])])
    const signature = open(0x30, childAt(root, 0).raw, open(0xa0, open(0x30, ...fields)))
    expect(await verify(signature)).toMatchObject({ kind: 'valid' })
  })

  it('still believes it years later, when the certificate has ended', async () => {
    const later = new Date(now.getTime() + 6 * 365 * 86_400_000)
    expect(await verify(await signAs('organization'), { now: later })).toMatchObject({
      kind: 'valid',
    })
  })

  it.each([
    ['random bytes', 'signature-malformed', async () => Buffer.from('подпись')],
    ['an empty file', 'signature-malformed', async () => Buffer.alloc(0)],
    [
      'a cut signature',
      'signature-malformed',
      async () => (await signAs('doctor')).subarray(0, -9),
    ],
    ['another authority', 'signature-untrusted', () => signAs('foreign')],
    [
      'an expired certificate',
      'certificate-expired',
      () => signCarelessly(demo.identity('expired'), now),
    ],
    [
      'a certificate of the future',
      'certificate-not-yet-valid',
      () => signCarelessly(demo.identity('notYetValid'), now),
    ],
    ['no signing time', 'signature-no-time', () => signCarelessly(demo.identity('doctor'))],
    [
      'a flipped bit in the signature',
      'signature-wrong',
      async () => {
        const signature = Buffer.from(await signAs('doctor'))
        signature[signature.length - 20] = (signature.at(-20) ?? 0) ^ 1
        return signature
      },
    ],
    [
      'content inside',
      'signature-not-detached',
      async () =>
        rebuild(await signAs('doctor'), ([version, digests, info, ...rest]) => [
          version ?? Buffer.alloc(0),
          digests ?? Buffer.alloc(0),
          der.sequence(
            childAt(readDer(info ?? Buffer.alloc(0)), 0).raw,
            der.context(0, der.octets(bytes)),
          ),
          ...rest,
        ]),
    ],
    [
      'two signers',
      'signature-many-signers',
      async () =>
        rebuild(await signAs('doctor'), (fields) => {
          const [signer = Buffer.alloc(0)] = readDer(fields.at(-1) ?? Buffer.alloc(0)).children.map(
            (child) => child.raw,
          )
          return [...fields.slice(0, -1), der.setOf(signer, signer)]
        }),
    ],
    [
      'no certificate',
      'signature-malformed',
      async () => rebuild(await signAs('doctor'), (fields) => fields.filter((_, at) => at !== 3)),
    ],
    [
      'a digest this program does not know',
      'signature-algorithm-unsupported',
      async () => {
        const sha224 = Buffer.from('0609608648016503040204', 'hex')
        const text = (await signAs('doctor')).toString('latin1')
        const sha256 = Buffer.from('0609608648016503040201', 'hex').toString('latin1')
        return Buffer.from(text.replaceAll(sha256, sha224.toString('latin1')), 'latin1')
      },
    ],
  ])('refuses %s as %s', async (_, code, make) => {
    expect(await verify(await make())).toMatchObject({ kind: 'invalid', code })
  })

  it('refuses changed content', async () => {
    const changed = Buffer.from('<документ />')
    expect(await verify(await signAs('doctor'), { bytes: changed })).toEqual({
      kind: 'invalid',
      code: 'signature-digest-mismatch',
    })
  })

  it('refuses a certificate that is not the one the signer named', async () => {
    const { certificate, chain, key } = demo.identity('doctor')
    const other = demo.identity('organization').certificate
    // Names another certificate in signing-certificate-v2, then carries its own.
    const signature = await buildCadesBes({
      digest: createHash('sha256').update(bytes).digest(),
      certificate: { ...readCertificateFields(certificate), der: other },
      chain,
      signingTime: now,
      sign: async (attributes) => sign('sha256', attributes, key),
    })
    const swapped = rebuild(signature, ([version, digests, info, , signers]) =>
      [version, digests, info, der.context(0, certificate), signers].filter(
        (part) => part !== undefined,
      ),
    )
    expect(await verify(swapped)).toEqual({ kind: 'invalid', code: 'signature-wrong' })
  })

  it('refuses a signature made tomorrow, and forgives a clock that is a minute ahead', async () => {
    const signature = await signAs('doctor')
    const at = (milliseconds: number) => new Date(now.getTime() - milliseconds)
    expect(await verify(signature, { now: at(86_400_000) })).toEqual({
      kind: 'invalid',
      code: 'signature-time-in-future',
    })
    expect(await verify(signature, { now: at(60_000) })).toMatchObject({ kind: 'valid' })
  })

  it('refuses a certificate that a mere organisation issued', async () => {
    const issuer = demo.identity('organization')
    const { key } = demo.identity('foreign')
    const year = { notBefore: new Date(now.getTime() - 1000), notAfter: new Date(2100, 0) }
    const forged = issueCertificate({
      subject: doctorSubject(),
      key,
      issuer: { certificate: toForge(issuer.certificate), key: issuer.key },
      ...year,
    })
    const certificate = toDer(forged)
    expect(
      new X509Certificate(certificate).verify(new X509Certificate(issuer.certificate).publicKey),
    ).toBe(true)
    const chain = [issuer.certificate, ...issuer.chain]
    expect(await verify(await signCarelessly({ key, certificate, chain }, now))).toMatchObject({
      kind: 'invalid',
      code: 'signature-untrusted',
    })
  })
})

function toForge(certificate: Buffer): forge.pki.Certificate {
  const parsed = forge.pki.certificateFromAsn1(forge.asn1.fromDer(certificate.toString('latin1')))
  // forge hands out UTF-8 octets as if they were characters
  for (const attribute of parsed.subject.attributes) {
    if (Number(attribute.valueTagClass) !== Number(forge.asn1.Type.UTF8)) continue
    attribute.value = forge.util.decodeUtf8(String(attribute.value))
  }
  return parsed
}

function toDer(certificate: forge.pki.Certificate): Buffer {
  const bytes = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes()
  return Buffer.from(bytes, 'latin1')
}
