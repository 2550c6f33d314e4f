import { describe, expect, it } from 'vitest'
import { readCodeList } from '../../../cli/code-list-file.ts'
import { CommandRefused } from '../../../cli/command.ts'
import { readCsv } from '../../../cli/read-csv.ts'

const reasons = (work: () => unknown): readonly string[] => {
  try {
    work()
  } catch (error) {
    if (error instanceof CommandRefused) return error.reasons
    throw error
  }
  return []
}

describe('a CSV file', () => {
  it('is read with quotes, line ends and either separator', () => {
    const text = '\uFEFFid, Name\r\n1,"a, ""b""\nc"\r\n\r\n2,d'
    expect(readCsv(text)).toEqual([
      { ID: '1', NAME: 'a, "b"\nc' },
      { ID: '2', NAME: 'd' },
    ])
    expect(readCsv('ID;NAME\n1;a,b\n2')).toEqual([
      { ID: '1', NAME: 'a,b' },
      { ID: '2', NAME: '' },
    ])
    expect(readCsv('')).toEqual([])
  })
})

describe('an official code list', () => {
  const units = (...rows: string[]) =>
    ['ID,FULLNAME,SHORTNAME,PRINTNAME,MEASUREMENT,UCUM,COEFFICIENT,CONVERSION_ID', ...rows].join(
      '\n',
    )
  const factorOf = (text: string) =>
    readCodeList('units', units(`36,Полное,к,п,Скорость,,"${text}",29`)).map((unit) =>
      'factor' in unit ? unit.factor : undefined,
    )[0]

  it('of tests has names and permitted units', () => {
    const text =
      'ID;FULLNAME;SHORTNAME;UNIT\n1003599;Полное имя;Имя;"кЕд/л; МЕ/л"\n1163864;Одно;Одно;'
    expect(readCodeList('fsli', text)).toEqual([
      { code: '1003599', names: ['Полное имя', 'Имя'], units: ['кЕд/л', 'МЕ/л'] },
      { code: '1163864', names: ['Одно'], units: [] },
    ])
  })

  it('of units has what they measure, and how many base units each is', () => {
    const text = units(
      '195,Миллимоль в литре,ммоль/л,ммоль/л,Молярная концентрация,mmol/l,10^-3,192',
      '59,Процент захвата,% захвата,,Отношение,%,,',
    )
    expect(readCodeList('units', text)).toEqual([
      {
        ...{ code: '195', name: 'ммоль/л', names: ['ммоль/л', 'Миллимоль в литре'] },
        ...{ dimension: 'Молярная концентрация', base: '192', factor: 1e-3 },
      },
      {
        ...{ code: '59', name: '% захвата', names: ['% захвата', 'Процент захвата'] },
        ...{ dimension: 'Отношение', base: '59', factor: 1 },
      },
    ])
  })

  it.each([
    ['10^-3/3600', 1e-3 / 3600],
    ['5*10^-5', 5e-5],
    ['73,556', 73.556],
    ['1/1,73', 1 / 1.73],
    ['86400', 86400],
    ['2*Пи/360', null],
    ['', null],
    ['0', null],
  ])('knows the factor %s', (text, factor) => {
    const read = factorOf(text)
    if (factor === null) expect(read).toBeNull()
    else expect(read).toBeCloseTo(factor, 12)
  })

  it('is refused with everything that is wrong with it', () => {
    expect(reasons(() => readCodeList('fsli', ''))).toEqual(['в файле нет ни одной строки'])
    expect(reasons(() => readCodeList('fsli', 'ID,NAME\n1,2'))).toEqual([
      'нет столбцов: FULLNAME, SHORTNAME, UNIT',
    ])
    const rows = ['1017128,Имя,,', '17,Имя,,', '1017129,,,', '1017128,Имя,,']
    const text = ['ID,FULLNAME,SHORTNAME,UNIT', ...rows].join('\n')
    expect(reasons(() => readCodeList('fsli', text))).toEqual([
      'строка 3: это не код: 17',
      'строка 4: у кода 1017129 нет наименования',
      'строка 5: код 1017128 указан дважды',
    ])
  })
})
