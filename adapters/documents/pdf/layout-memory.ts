import type { Font, Glyph, GlyphRun } from 'fontkit'

/** Words kept per face; then forgotten all at once. A laboratory's vocabulary is a few thousand words. */
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
