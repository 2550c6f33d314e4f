import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createForgeCmsSigner } from '../../../adapters/signers/forge-cms-signer.ts'
import { openP12 } from '../../../adapters/signers/open-p12.ts'
import { useDemoPki } from './use-demo-pki.ts'

const demo = useDemoPki()
const bytes = Buffer.from('<документ/>')
const now = () => new Date()

describe('opening a PKCS#12', () => {
  it('names a wrong password without quoting anything', () => {
    const file = readFileSync(demo.paths().organization.p12File)
    expect(() => openP12(file, 'wrong')).toThrow(
      expect.objectContaining({
        code: 'signer-unavailable',
        class: 'permanent',
        message: 'signer-unavailable',
        details: { reason: 'wrong-password-or-damaged' },
      }),
    )
  })

  it.each([
    ['empty', Buffer.alloc(0)],
    ['random', Buffer.from('не PKCS#12')],
  ])('refuses an %s file', (_, file) => {
    expect(() => openP12(file, 'x')).toThrow(
      expect.objectContaining({ details: { reason: 'wrong-password-or-damaged' } }),
    )
  })

  it('finds the certificate of the key and its authority', () => {
    const { key, chain } = demo.identity('organization')
    expect(key.asymmetricKeyType).toBe('rsa')
    expect(chain).toEqual(demo.authorities())
  })
})

describe('forgeCmsSigner', () => {
  it.each([
    ['expired', 'certificate-expired'],
    ['notYetValid', 'certificate-not-yet-valid'],
  ] as const)('refuses to sign with a certificate that is %s', async (name, code) => {
    const signer = createForgeCmsSigner({ ...demo.identity(name), now })
    const expected = expect.objectContaining({ code, class: 'permanent' })
    await expect(signer.signDetached({ bytes, signedAt: now() })).rejects.toEqual(expected)
    await expect(signer.signPdf({ pdf: bytes, signedAt: now() })).rejects.toEqual(expected)
  })

  it('looks at the clock at each signing, not only at the start', async () => {
    let time = new Date()
    const signer = createForgeCmsSigner({ ...demo.identity('organization'), now: () => time })
    const signedAt = new Date()
    await expect(signer.signDetached({ bytes, signedAt })).resolves.toBeInstanceOf(Buffer)
    time = new Date(Date.now() + 400 * 86_400_000)
    await expect(signer.signDetached({ bytes, signedAt })).rejects.toMatchObject({
      code: 'certificate-expired',
    })
  })

  it('refuses a key that does not belong to the certificate', () => {
    const { key } = demo.identity('doctor')
    const { certificate, chain } = demo.identity('organization')
    expect(() => createForgeCmsSigner({ key, certificate, chain, now })).toThrow(
      expect.objectContaining({ details: { reason: 'key-of-another-certificate' } }),
    )
  })

  it('gives the same bytes for the same input: a repeated activity changes nothing', async () => {
    const signer = createForgeCmsSigner({ ...demo.identity('organization'), now })
    const signedAt = now()
    const [first, second] = await Promise.all([
      signer.signDetached({ bytes, signedAt }),
      signer.signDetached({ bytes, signedAt }),
    ])
    expect(first).toEqual(second)
  })
})
