import type { Hl7Segment } from '@medplum/core'
import { type EscapeContext, unescapeText } from './escape.ts'
import { toLocation } from './location.ts'

/** HL7's explicit null: the field is known to be empty. */
const NULL = '""'

/** One repetition of a field. Everything it returns is unescaped and trimmed; what is absent or null is ''. */
export interface Repetition {
  /** From 1. One line. */
  component(number: number): string
  /** Both from 1. One line. */
  subcomponent(component: number, number: number): string
  /** The repetition with its components, line breaks kept: free text of senders that do not escape `^`. */
  readonly text: string
  /** As meant, with every space inside: for numbers that belong to somebody else. */
  verbatim(component: number): string
  /** As sent: for encoded data, which has no escapes. */
  raw(component: number): string
}

export interface SegmentReader {
  readonly name: string
  /** Number of fields that were sent, whether empty or not. */
  readonly length: number
  /** Location for issues: `OBX[3]`, `OBX[3]-5`. */
  at(field?: number): string
  /** First repetition; an empty one when the field is absent. */
  field(number: number): Repetition
  /** Repetitions with any content, at most a hundred. */
  repetitions(number: number): readonly Repetition[]
  isEmpty(field: number): boolean
}

export function createSegmentReader(
  segment: Hl7Segment,
  ordinal: number,
  context: EscapeContext,
): SegmentReader {
  // MSH-1 is the separator itself, so the fields of MSH stand one place earlier.
  const shift = segment.name === 'MSH' ? 1 : 0
  const fieldsOf = (number: number) => segment.fields[number - shift]?.components ?? []
  const toRepetition = (components: readonly string[]) => createRepetition(components, context)
  const repetitions = (number: number) =>
    fieldsOf(number)
      .slice(0, 100)
      .map(toRepetition)
      .filter((repetition) => repetition.text !== '')
  return {
    name: segment.name,
    length: segment.fields.length - 1 + shift,
    at: (field) => toLocation(segment.name, ordinal, field),
    field: (number) => toRepetition(fieldsOf(number)[0] ?? []),
    repetitions,
    isEmpty: (field) => repetitions(field).length === 0,
  }
}

function createRepetition(components: readonly string[], context: EscapeContext): Repetition {
  const { componentSeparator, subcomponentSeparator } = context.delimiters
  const clean = (text: string) => (text.trim() === NULL ? '' : unescapeText(text, context).trim())
  const oneLine = (text: string) => clean(text).replace(/\s+/g, ' ')
  return {
    component: (number) => oneLine(components[number - 1] ?? ''),
    subcomponent: (component, number) =>
      oneLine((components[component - 1] ?? '').split(subcomponentSeparator)[number - 1] ?? ''),
    get text() {
      return components.some(isFilled) ? clean(joinTrimmed(components, componentSeparator)) : ''
    },
    verbatim: (number) => clean(components[number - 1] ?? ''),
    raw: (number) => components[number - 1] ?? '',
  }
}

function isFilled(component: string): boolean {
  const text = component.trim()
  return text !== '' && text !== NULL
}

/** Trailing empty components are padding. */
function joinTrimmed(components: readonly string[], separator: string): string {
  const last = components.findLastIndex((component) => component.trim() !== '')
  return components.slice(0, last + 1).join(separator)
}
