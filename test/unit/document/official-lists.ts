import type {
  CodeListExcerpt,
  OfficialTest,
  OfficialUnit,
} from '../../../domain/document/official-code.ts'
import { CodeLists } from '../../../domain/document/official-codes.ts'

export const HEMOGLOBIN: OfficialTest = {
  code: '1017128',
  names: ['Гемоглобин общий, массовая концентрация в крови', 'Гемоглобин'],
  units: ['г/л'],
}
const mass = (code: string, name: string, factor: number): OfficialUnit => ({
  ...{ code, name, factor, names: [name], dimension: 'Массовая концентрация', base: '60' },
})
export const MILLIGRAM_PERCENT = { ...mass('85', 'мг%', 1e-2), dimension: 'Массовое содержание' }
export const GRAM_PERCENT = { ...mass('84', 'г%', 10), dimension: 'Массовое содержание' }

/** What a loaded list says; nothing but its extent unless told otherwise. */
export function loaded(
  extents: CodeListExcerpt['extents'],
  entries: Partial<CodeListExcerpt> = {},
): CodeLists {
  return new CodeLists({ extents, tests: [], units: [], ...entries })
}

/** Both lists whole, as far as a question would be about these. */
export const LOADED = loaded(
  { fsli: 'whole', units: 'whole' },
  {
    tests: [HEMOGLOBIN],
    units: [
      ...[mass('60', 'г/л', 1), mass('61', 'мг/л', 1e-3), mass('62', 'мг/дл', 1e-2)],
      ...[MILLIGRAM_PERCENT, GRAM_PERCENT],
    ],
  },
)
