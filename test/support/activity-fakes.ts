import { createHash } from 'node:crypto'
import { vi } from 'vitest'
import type { ConsentService } from '../../adapters/consents/port.ts'
import type { DocumentRenderer } from '../../adapters/documents/port.ts'
import type { Notifier } from '../../adapters/notifications/port.ts'
import type { Registry } from '../../adapters/registries/port.ts'
import type { CertificateInfo, SignatureVerifier, Signer } from '../../adapters/signers/port.ts'
import type { RunInspector } from '../../adapters/temporal/port.ts'

/** Takes every document and finds those it took. */
export function fakeRegistry() {
  const taken = new Set<string>()
  return {
    submit: vi.fn<Registry['submit']>(async ({ submission }) => {
      taken.add(submission.documentId)
      return {
        kind: 'taken',
        receiptId: `receipt-${submission.documentId.slice(0, 8)}`,
        receipt: Buffer.from('{"receipt":true}'),
        request: Buffer.from('{"request":true}'),
      }
    }),
    find: vi.fn<Registry['find']>(async ({ documentId }) =>
      taken.has(documentId) ? { kind: 'taken', receiptId: 'receipt' } : { kind: 'not-found' },
    ),
    withdraw: vi.fn<Registry['withdraw']>(async () => ({
      kind: 'withdrawn',
      raw: Buffer.from('{"withdrawn":true}'),
    })),
    testConnection: vi.fn<Registry['testConnection']>(async () => ({
      status: 'OK',
      transactionId: 'transaction-1',
    })),
  }
}

/** Confirms whatever consent it is asked about. */
export function fakeConsentService() {
  return {
    check: vi.fn<ConsentService['check']>(async () => ({
      status: 'active',
      documentNumber: undefined,
      validUntil: undefined,
      expressedAt: undefined,
      requestId: 'cq-1',
    })),
  }
}

export function fakeNotifier() {
  return { send: vi.fn<Notifier['send']>(async ({ id }) => ({ reference: id })) }
}

/** Temporal carries everything it is asked about, and nothing it lists. */
export function fakeRuns() {
  return {
    running: vi.fn<RunInspector['running']>(
      async (ids) => new Map(ids.map((id) => [id, 'carried'])),
    ),
    list: vi.fn<RunInspector['list']>(async () => ({ submissionIds: [], next: null })),
  }
}

export function fakeRenderer() {
  return {
    render: vi.fn<DocumentRenderer['render']>(async (input) => ({
      xml: Buffer.from(`<document>${JSON.stringify(input)}</document>`),
      pdf: Buffer.from(`%PDF ${JSON.stringify(input)}`),
    })),
  }
}

export function certificate(serial: string, issuer = 'CN=Удостоверяющий центр'): CertificateInfo {
  return {
    subject: `CN=Владелец ${serial}`,
    issuer,
    owner: `Владелец ${serial}`,
    serial,
    notBefore: new Date('2026-01-01T00:00:00.000Z'),
    notAfter: new Date('2027-01-01T00:00:00.000Z'),
    der: Buffer.from(`certificate ${serial}`),
    chain: [Buffer.from(`authority of ${serial}`)],
  }
}

export function fakeSigner() {
  return {
    certificate: vi.fn<Signer['certificate']>(() => certificate('A1')),
    signDetached: vi.fn<Signer['signDetached']>(async ({ bytes }) => signatureBy('A1', bytes)),
    pdfSignatureRoom: vi.fn<Signer['pdfSignatureRoom']>(async () => 4_000),
    signPdf: vi.fn<Signer['signPdf']>(async ({ pdf }) => Buffer.concat([pdf, Buffer.from('/Sig')])),
  }
}

/** A signature that `fakeVerifier` understands: who signed, and the digest of what. */
export function signatureBy(serial: string, bytes: Buffer, issuer?: string): Buffer {
  return Buffer.from(JSON.stringify({ serial, issuer, digest: sha256(bytes) }))
}

export function fakeVerifier() {
  return {
    verifyDetached: vi.fn<SignatureVerifier['verifyDetached']>(
      async ({ signature, bytes, now }) => {
        const { serial, issuer, digest } = JSON.parse(signature.toString()) as Record<
          string,
          string
        >
        if (digest !== sha256(bytes)) return { kind: 'invalid', code: 'signature-digest-mismatch' }
        return { kind: 'valid', signer: certificate(serial ?? '', issuer), signedAt: now }
      },
    ),
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
