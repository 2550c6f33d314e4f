import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFPage,
  PDFRef,
  PDFString,
} from '@cantoo/pdf-lib'

export interface PlaceholderInput {
  readonly pdf: Buffer
  readonly signedAt: Date
  readonly owner: string
  readonly reason: string
  readonly location: string
}

/** Room for the CMS in bytes: a chain of three RSA certificates takes about 6 KB. */
const SIGNATURE_ROOM = 16_384
const INVISIBLE_PRINTED_LOCKED = 132

/**
 * Appends an empty PAdES signature field as an incremental update. The bytes given stay untouched in front, and /ID,
 * /Metadata and the tags stay reachable, so a PDF/A file stays PDF/A (the usual placeholder helpers lose /ID).
 */
export async function addSignaturePlaceholder(input: PlaceholderInput): Promise<Buffer> {
  // Not `forIncrementalUpdate`: that searches the whole document at every assignment for what has changed, and we know it.
  const pdf = await PDFDocument.load(input.pdf, { updateMetadata: false })
  const { context } = pdf
  const snapshot = pdf.takeSnapshot()
  const page = pdf.getPage(0)
  const signature = context.register(signatureDictionary(pdf, input))
  const appearance = context.register(
    context.stream('', { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, 0, 0] }),
  )
  const widget = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      Rect: [0, 0, 0, 0],
      F: INVISIBLE_PRINTED_LOCKED,
      T: PDFString.of('Signature1'),
      V: signature,
      P: page.ref,
      AP: { N: appearance },
    }),
  )
  const changed = [addAnnotation(pdf, page, widget), ...addField(pdf, widget)]
  for (const ref of [signature, appearance, widget, ...changed]) snapshot.markRefForSave(ref)
  const update = await pdf.saveIncremental(snapshot, { useObjectStreams: false })
  return Buffer.concat([input.pdf, update])
}

function signatureDictionary({ context }: PDFDocument, input: PlaceholderInput): PDFDict {
  const byteRange = PDFArray.withContext(context)
  byteRange.push(PDFNumber.of(0))
  for (let index = 0; index < 3; index += 1) byteRange.push(PDFName.of('**********'))
  return context.obj({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: byteRange,
    Contents: PDFHexString.of('00'.repeat(SIGNATURE_ROOM)),
    M: PDFString.fromDate(input.signedAt),
    Name: PDFHexString.fromText(input.owner),
    Reason: PDFHexString.fromText(input.reason),
    Location: PDFHexString.fromText(input.location),
  })
}

/** Returns the object that has to be written again. */
function addAnnotation({ context }: PDFDocument, page: PDFPage, widget: PDFRef): PDFRef {
  const key = PDFName.of('Annots')
  const annotations = page.node.Annots()
  if (annotations === undefined) {
    page.node.set(key, context.obj([widget]))
    return page.ref
  }
  annotations.push(widget)
  const ref = page.node.get(key)
  return ref instanceof PDFRef ? ref : page.ref
}

function addField(pdf: PDFDocument, widget: PDFRef): PDFRef[] {
  const key = PDFName.of('AcroForm')
  const root = pdf.context.trailerInfo.Root
  const changed = root instanceof PDFRef ? [root] : []
  let form = pdf.catalog.lookupMaybe(key, PDFDict)
  if (form === undefined) {
    form = pdf.context.obj({ Fields: [] })
    pdf.catalog.set(key, pdf.context.register(form))
  }
  // 3: signatures exist, and the file may only be appended to.
  form.set(PDFName.of('SigFlags'), PDFNumber.of(3))
  form.lookup(PDFName.of('Fields'), PDFArray).push(widget)
  const ref = pdf.catalog.get(key)
  return ref instanceof PDFRef ? [...changed, ref] : changed
}
