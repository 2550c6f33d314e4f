import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkit'
import { AppError } from '../../../domain/shared/app-error.ts'
import { rememberGlyphs, rememberLayouts, rememberOutlines } from './layout-memory.ts'

export type FaceName = 'regular' | 'bold'

/** Source Sans 3 (OFL), parsed once a process: pdfkit given the bytes would parse them for every document (ten times slower). */
export interface Typeface {
  readonly regular: Font
  readonly bold: Font
}

const FILES: Readonly<Record<FaceName, string>> = {
  regular: '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  bold: '@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
}

export function loadTypeface(): Typeface {
  return { regular: loadFont(FILES.regular), bold: loadFont(FILES.bold) }
}

function loadFont(file: string): Font {
  const font = create(readFileSync(createRequire(import.meta.url).resolve(file)))
  if (!('layout' in font)) throw new Error(`${file} is a collection, not a font`)
  return rememberOutlines(rememberGlyphs(rememberLayouts(font)))
}

/**
 * pdfkit draws an empty box for a character the font lacks and says nothing; such a file is no PDF/A and, worse, hides
 * what the laboratory wrote. Error: AppError `glyph-missing` naming the code point alone, never the text around it.
 */
export function assertGlyphs(font: Font, text: string): void {
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    if (character === '\n' || font.hasGlyphForCodePoint(codePoint)) continue
    const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
    throw new AppError('glyph-missing', 'permanent', { details: { codePoint: name } })
  }
}
