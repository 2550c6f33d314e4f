/** How a result differs from its reference range, for the column «Отметка». */
export interface InterpretationMark {
  readonly text: string
  /** `critical` wants a person's attention now. */
  readonly emphasis: 'none' | 'abnormal' | 'critical'
}

const abnormal = (text: string): InterpretationMark => ({ text, emphasis: 'abnormal' })
const critical = (text: string): InterpretationMark => ({ text, emphasis: 'critical' })
const plain = (text: string): InterpretationMark => ({ text, emphasis: 'none' })

/** HL7 table 0078 and NSI 1.2.643.5.1.13.13.11.1381 (LU, HU). */
const MARKS: Readonly<Record<string, InterpretationMark>> = {
  N: plain(''),
  L: abnormal('↓'),
  H: abnormal('↑'),
  LL: critical('↓↓'),
  HH: critical('↑↑'),
  LU: critical('↓↓'),
  HU: critical('↑↑'),
  '<': abnormal('↓'),
  '>': abnormal('↑'),
  A: abnormal('!'),
  AA: critical('!!'),
  POS: abnormal('пол.'),
  NEG: plain('отр.'),
  IND: plain('неопр.'),
  S: plain('чувств.'),
  I: plain('промеж.'),
  R: abnormal('устойч.'),
}

/** An unknown code is shown as it came: leaving it out would hide something the laboratory said. */
export function toInterpretationMark(code: string | undefined): InterpretationMark {
  if (code === undefined) return plain('')
  return MARKS[code.trim().toUpperCase()] ?? plain(code.trim())
}

export const MARKS_LEGEND =
  '↑ ↓ — выше или ниже референсного интервала; ↑↑ ↓↓ — критическое значение; ! — отклонение от нормы.'
