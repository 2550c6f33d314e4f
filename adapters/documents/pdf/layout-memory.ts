import type { Font, Glyph, GlyphRun } from 'fontkit'

/** Words, and widths of words, kept per face; then forgotten all at once. A laboratory's vocabulary is a few thousand words. */
const CAPACITY = 8000

/** Substitutions are off: one character is one glyph, so the text taken out of the PDF is the text that was put in. */
const FEATURES = {
  liga: false,
  clig: false,
  calt: false,
  ccmp: false,
  locl: false,
  rlig: false,
  rclt: false,
  frac: false,
  numr: false,
  dnom: false,
}

/**
 * Makes a font remember how words are set. Shaping is most of the cost of a document (three quarters, measured), and
 * the words repeat. pdfkit scales positions in place, so each call gets its own copy of them; and fontkit names a
 * glyph after the first character that ever used it in this process (µ or μ), so each call gets glyphs named after
 * its own text: otherwise the bytes of a document would depend on the documents before it.
 */
export function rememberLayouts(font: Font): Font {
  const layout = font.layout.bind(font)
  const known = new Map<string, GlyphRun>()
  font.layout = (text) => {
    let run = known.get(text)
    if (run === undefined) {
      run = layout(text, FEATURES)
      run.glyphs = nameGlyphs(run.glyphs, text)
      if (known.size >= CAPACITY) known.clear()
      known.set(text, run)
    }
    return copyRun(run)
  }
  return font
}

/** Makes a font remember which characters it has: each character of each document is asked for. */
export function rememberGlyphs(font: Font): Font {
  const has = font.hasGlyphForCodePoint.bind(font)
  const known = new Map<number, boolean>()
  font.hasGlyphForCodePoint = (codePoint) => {
    const answer = known.get(codePoint) ?? has(codePoint)
    if (known.size < CAPACITY) known.set(codePoint, answer)
    return answer
  }
  return font
}

/** What fontkit knows and does not tell: the outline of a glyph, which tells a subset what the glyph is composed of. */
interface Outlined {
  _decode?: () => unknown
}

/** Makes a font remember outlines: a subset, that is every document, would decode each of its glyphs anew. */
export function rememberOutlines(font: Font): Font {
  const getGlyph = font.getGlyph.bind(font)
  const known = new WeakSet<Glyph>()
  font.getGlyph = (...args) => {
    // The same object for the same glyph: fontkit keeps them.
    const glyph: Glyph & Outlined = getGlyph(...args)
    if (known.has(glyph)) return glyph
    known.add(glyph)
    const decode = glyph._decode?.bind(glyph)
    let outline: unknown
    if (decode) glyph._decode = () => (outline ??= decode())
    return glyph
  }
  return font
}

const widths = new WeakMap<Font, Map<string, number>>()

/** Widths in points of pieces of text set in this font and size, measured once a process. */
export function widthsOf(font: Font, size: number): (piece: string) => number {
  const known = widths.get(font) ?? new Map<string, number>()
  widths.set(font, known)
  return (piece) => {
    const key = `${size} ${piece}`
    let width = known.get(key)
    if (width === undefined) {
      width = (font.layout(piece).advanceWidth * size) / font.unitsPerEm
      if (known.size >= CAPACITY) known.clear()
      known.set(key, width)
    }
    return width
  }
}

function nameGlyphs(glyphs: readonly Glyph[], text: string): Glyph[] {
  const characters = Array.from(text)
  return glyphs.map((glyph, index) => {
    const codePoint = characters[index]?.codePointAt(0)
    const named: Glyph = Object.create(glyph)
    // Reading and remembering the width here spares a table look-up per glyph and document.
    Object.defineProperty(named, 'advanceWidth', { value: glyph.advanceWidth })
    Object.defineProperty(named, 'codePoints', { value: codePoint ? [codePoint] : [] })
    return named
  })
}

function copyRun(run: GlyphRun): GlyphRun {
  const copy: GlyphRun = Object.create(run)
  copy.positions = run.positions.map((position) => ({ ...position }))
  return copy
}
