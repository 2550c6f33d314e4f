import { errorsBody } from '../shared/errors.ts'
import { checkSignature } from './check-signature.ts'
import { canonicalDigest, openFile, sha256 } from './open-file.ts'
import type { PortalPackage } from './package-schema.ts'
import type { PortalKeys } from './portal-keys.ts'

/** Why a package is not taken: HTTP status and error body. */
export interface Objection {
  readonly status: 400 | 422
  readonly body: ReturnType<typeof errorsBody>
}

/** Really opens the package and checks what the contract says about it; undefined = all is well. */
export function findObjection(parcel: PortalPackage, keys: PortalKeys): Objection | undefined {
  const { header, metadata, files, signatures } = parcel
  if (files.some((file) => file.keyId !== keys.keyId)) {
    return bad('key_unknown', 'Ключ шифрования неизвестен порталу')
  }
  const consentDigest = canonicalDigest({
    consent: metadata.consent,
    documentId: header.documentId,
  })
  if (consentDigest !== metadata.consentDigest) {
    return bad('consent_digest_mismatch', 'Ссылка на согласие не относится к этому документу')
  }
  const binding = canonicalDigest({ header, metadata })
  const opened = new Map(files.map((file) => [file.name, openFile(file, binding, keys)]))
  for (const described of metadata.files) {
    const bytes = opened.get(described.name)
    if (bytes === undefined) return bad('package_unreadable', `Не открывается ${described.name}`)
    if (bytes.length !== described.size || sha256(bytes) !== described.digest) {
      return bad('file_digest_mismatch', `Контрольная сумма не сходится: ${described.name}`)
    }
  }
  const xml = opened.get('document.xml')
  const pdf = opened.get('document.pdf')
  if (xml === undefined || pdf === undefined) {
    return bad('file_missing', 'Нужны document.xml и document.pdf')
  }
  if (sha256(xml) !== metadata.documentDigest) {
    return bad('document_digest_mismatch', 'Контрольная сумма документа не сходится')
  }
  if (!pdf.subarray(0, 5).equals(Buffer.from('%PDF-'))) {
    return refuse('pdf_unreadable', 'document.pdf не является PDF')
  }
  return checkSignatures(metadata, signatures, xml)
}

function checkSignatures(
  metadata: PortalPackage['metadata'],
  signatures: PortalPackage['signatures'],
  xml: Buffer,
): Objection | undefined {
  const contents = signatures.map((signature) => Buffer.from(signature.content, 'base64'))
  const agrees =
    signatures.length === metadata.signatures.length &&
    metadata.signatures.every(
      (described, index) =>
        described.role === signatures[index]?.role &&
        described.digest === sha256(contents[index] ?? ''),
    )
  if (!agrees) return bad('signature_list_mismatch', 'Подписи не соответствуют описанию')
  if (signatures.filter(({ role }) => role === 'organization').length !== 1) {
    return refuse('signature_missing', 'Нужна одна подпись организации')
  }
  for (const content of contents) {
    const verdict = checkSignature(content, xml)
    if (verdict === 'not-cms') {
      return refuse('signature_unreadable', 'Подпись не является CMS')
    }
    if (verdict === 'other-document') {
      return refuse('signature_digest_mismatch', 'Подпись относится к другому документу')
    }
  }
  return undefined
}

function bad(code: string, message: string): Objection {
  return { status: 400, body: errorsBody(code, message) }
}

function refuse(code: string, message: string): Objection {
  return { status: 422, body: errorsBody(code, message) }
}
