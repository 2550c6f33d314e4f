import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../../domain/shared/error-codes.ts'
import { QUESTIONS } from '../../../domain/submission/question.ts'
import { REASON_TEXT } from '../../../domain/submission/reason.ts'
import { codeIn, tableOf } from './markdown.ts'
import { matchesIn, sourcesIn } from './sources.ts'

const PAGE = 'docs/errors.md'
const WORDS = /'([a-z]+(?:-[a-z]+)+)'/g

/** Names inside the HL7 parser that are translated into codes before anybody sees them. */
const INNER_NAMES = ['no-header', 'too-complex']
/** Codes put together from a prefix and what a check found. */
const COMPOSED = {
  identifier: ['digits', 'length', 'checksum'],
  charset: ['unknown', 'undecodable', 'mismatch'],
}

describe('docs/errors.md', () => {
  it('lists every code with class, status and text as they are', () => {
    const documented = tableOf(PAGE, 'Codes').map(([code, ...facts]) => [codeIn(code), ...facts])
    const real = Object.entries(ERROR_CODES).map(([code, entry]) => [
      code,
      entry.class,
      String(entry.status),
      entry.text,
    ])
    expect(documented).toEqual(real)
  })

  it('lists every reason with its text', () => {
    const documented = tableOf(PAGE, 'Reasons of a submission').map(([code, text]) => [
      codeIn(code),
      text,
    ])
    expect(documented).toEqual(Object.entries(REASON_TEXT))
  })

  it('says what to do about every reason', () => {
    for (const [reason, , advice] of tableOf(PAGE, 'Reasons of a submission'))
      expect(advice, reason).not.toBe('')
  })

  it('says of every question what each answer does', () => {
    const documented = tableOf(PAGE, 'Questions').map(([code, decision, effect]) => {
      expect(effect, `${code} ${decision}`).not.toBe('')
      return [codeIn(code), codeIn(decision)]
    })
    const real = Object.entries(QUESTIONS).flatMap(([code, { decisions }]) =>
      decisions.map((decision) => [code, decision]),
    )
    expect(documented).toEqual(real)
  })

  it('lists every issue code of formats, intake, checklist, portal and personal signatures', () => {
    const documented = tableOf(PAGE, 'Issues').map(([code]) => codeIn(code))
    expect(new Set(documented).size).toBe(documented.length)
    expect(documented.toSorted()).toEqual([...issueCodes()].toSorted())
  })

  it('knows how composed codes are put together', () => {
    const formats = sourcesIn('adapters/formats')
    expect(matchesIn(formats, /(?:error|note)\(`([a-z]+)-\$\{/g)).toEqual(
      new Set(Object.keys(COMPOSED)),
    )
    const { identifier, charset } = COMPOSED
    expect(keysOf('adapters/formats/identifier-review.ts', 'REASONS')).toEqual(identifier)
    expect(keysOf('adapters/formats/hl7v2/hl7v2-parser.ts', 'CHARSET_FAULTS')).toEqual(charset)
  })
})

function issueCodes(): Set<string> {
  const formats = matchesIn(sourcesIn('adapters/formats'), WORDS)
  for (const name of INNER_NAMES) {
    if (!formats.delete(name)) throw new Error(`${name} is no longer there: leave it out here`)
  }
  const portal = sourcesIn('adapters/registries/portal')
  return new Set([
    ...formats,
    ...matchesIn(sourcesIn('adapters/formats/schema-issues.ts'), /missing \? '([a-z-]+)'/g),
    ...Object.entries(COMPOSED).flatMap(([prefix, ends]) => ends.map((end) => `${prefix}-${end}`)),
    ...matchesIn(sourcesIn('adapters/storage/identity-questions.ts'), /'(identity-[a-z]+)': '/g),
    ...matchesIn(sourcesIn('api/routes/submissions/intake.ts'), /code: '([a-z-]+)'/g),
    ...matchesIn(sourcesIn('domain/report/plausible.ts'), /code: '([a-z-]+)'/g),
    ...matchesIn(sourcesIn('domain/document'), WORDS),
    ...matchesIn(sourcesIn('adapters/storage/mapping-check.ts'), /code: '([a-z-]+)'/g),
    ...matchesIn(portal, /code: '([a-z-]+)', pointer/g),
    ...matchesIn(portal, /\? code : '([a-z-]+)'/g),
    ...matchesIn(
      sourcesIn('adapters/signers/signature-verifier.ts', 'activities/verify-signature.ts'),
      /'((?:signature|certificate)-[a-z-]+)'/g,
    ),
  ])
}

/** Names of the fields of a constant object. */
function keysOf(file: string, constant: string): string[] {
  const text = sourcesIn(file).get(file) ?? ''
  const body = text.split(new RegExp(`const ${constant}\\b[^{]*=\\s*{`))[1]?.split('}')[0] ?? ''
  return [...body.matchAll(/^\s+'?([a-z-]+)'?:/gm)].map(([, key = '']) => key)
}
