import { SignPdf, SignPdfError } from '@signpdf/signpdf'
import { Signer as SignpdfSigner } from '@signpdf/utils'
import { AppError } from '../../domain/shared/app-error.ts'
import { NOT_SIGNED_YET } from '../shared/empty-signature.ts'

type BuildCms = (bytes: Buffer) => Promise<Buffer>

/**
 * Fills the empty signature of a PDF of ours (documents/pdf/signature-field.ts): time, byte range and the CMS that
 * `build` makes over that range. Errors: those of `build`; AppError `signature-field-missing`.
 */
export async function fillSignature(pdf: Buffer, signedAt: Date, build: BuildCms): Promise<Buffer> {
  const dated = withTime(pdf, signedAt)
  try {
    return await new SignPdf().sign(dated, new DetachedSigner(build))
  } catch (cause) {
    throw cause instanceof SignPdfError ? fieldMissing(cause) : cause
  }
}

function withTime(pdf: Buffer, signedAt: Date): Buffer {
  const empty = timeEntry(NOT_SIGNED_YET)
  const position = pdf.indexOf(empty)
  if (position === -1) throw fieldMissing()
  const dated = Buffer.from(pdf)
  dated.write(timeEntry(signedAt), position, 'latin1')
  return dated
}

/** As PDF writes times, ISO 32000-1, 7.9.4. */
function timeEntry(at: Date): string {
  return `/M (D:${at.toISOString().replace(/\..*|[-:T]/g, '')}Z)`
}

const fieldMissing = (cause?: Error) =>
  new AppError('signature-field-missing', 'permanent', { cause })

/** The shape @signpdf asks for: it hands over the bytes of the ByteRange and wants a CMS back. */
class DetachedSigner extends SignpdfSigner {
  readonly #build: BuildCms

  constructor(build: BuildCms) {
    super()
    this.#build = build
  }

  override sign(pdfBuffer: Buffer): Promise<Buffer> {
    return this.#build(pdfBuffer)
  }
}
