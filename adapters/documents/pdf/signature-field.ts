import { DEFAULT_BYTE_RANGE_PLACEHOLDER as UNKNOWN } from '@signpdf/utils'
import { NOT_SIGNED_YET } from '../../shared/empty-signature.ts'
import type { DocumentInput } from '../port.ts'
import type { PdfDocument } from './page-writer.ts'

const INVISIBLE_PRINTED_LOCKED = 132
/** Signatures exist, and the file may only be appended to. */
const SIGNATURES_APPEND_ONLY = 3

/** Draws nothing. PDF/A-3 asks for none where a field has no size; checks of earlier parts do. */
const NO_APPEARANCE = { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, 0, 0] }

/** An invisible PAdES signature field on the first page with an empty signature in it; the signer fills it in place. */
export function addSignatureField(pdf: PdfDocument, { signature, stamp }: DocumentInput): void {
  pdf.switchToPage(0)
  const value = finished(pdf, {
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, UNKNOWN, UNKNOWN, UNKNOWN],
    Contents: Buffer.alloc(signature.room),
    M: NOT_SIGNED_YET,
    Name: text(stamp.owner),
    Reason: text(signature.reason),
    Location: text(signature.location),
  })
  const field = finished(pdf, {
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    Rect: [0, 0, 0, 0],
    F: INVISIBLE_PRINTED_LOCKED,
    T: text('Signature1'),
    V: value,
    P: pdf.page.dictionary,
    AP: { N: finished(pdf, NO_APPEARANCE, Buffer.alloc(0)) },
  })
  pdf.page.annotations.push(field)
  const form = openForm(pdf)
  form.SigFlags = SIGNATURES_APPEND_ONLY
  form.Fields.push(field)
}

interface Form {
  readonly Fields: unknown[]
  SigFlags?: number
  NeedAppearances?: boolean
}

/** With a face of ours as its font: PDF/A wants every font embedded, and viewers not asked to draw fields themselves. */
function openForm(pdf: PdfDocument): Form {
  pdf.font('regular').initForm()
  // pdfkit has no public way to its catalog.
  const { _root: root } = pdf as unknown as { _root: { data: { AcroForm: { data: Form } } } }
  const form = root.data.AcroForm.data
  delete form.NeedAppearances
  return form
}

function finished(pdf: PdfDocument, data: object, stream?: Buffer) {
  const object = pdf.ref({ ...data })
  object.end(stream)
  return object
}

/** pdfkit writes a primitive string as a name. */
// biome-ignore lint/style/useConsistentBuiltinInstantiation: an object on purpose
const text = (value: string) => new String(value)
