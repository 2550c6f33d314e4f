import { describe, expect, it } from 'vitest'
import type { Organization } from '../../../adapters/storage/port.ts'
import type { CliDeps } from '../../../cli/command.ts'
import { runCli } from '../../../cli/run-cli.ts'
import { AppError } from '../../../domain/shared/app-error.ts'

const CREATE = ['organization', 'create', '--id', 'lab-1', '--name', 'ООО «Лаборатория»']
const NUMBERS = ['--inn', '7707083893', '--ogrn', '1027700132195']

async function run(args: readonly string[], failure?: Error) {
  const printed: string[] = []
  const said: string[] = []
  const saved: Organization[] = []
  let closed = 0
  const terminal = {
    print: (line: string) => void printed.push(line),
    say: (line: string) => void said.push(line),
  }
  const organizations = {
    get: async () => {
      if (failure) throw failure
      return undefined
    },
    save: async (organization: Organization) => void saved.push(organization),
  }
  const store = {
    organizations,
    audit: { record: async () => {} },
    close: async () => void closed++,
  }
  const open = () => ({ ...terminal, store }) as unknown as CliDeps
  const code = await runCli(args, { ...terminal, open })
  return { code, printed, said, saved, closed }
}

describe('the command line', () => {
  it.each([[[]], [['--help']], [['нет', '--help']]])('%j shows every command', async (args) => {
    const { code, printed } = await run(args)
    expect(code).toBe(0)
    for (const name of ['organization create', 'organization show', 'key create', 'key revoke'])
      expect(printed[0]).toContain(name)
  })

  it('explains one command', async () => {
    const { code, printed } = await run(['key', 'create', '--help'])
    expect(code).toBe(0)
    expect(printed[0]).toMatch(/--rights .*read-body — видеть содержание/)
  })

  it('names every fault of a call, and how it is called', async () => {
    const { code, said, closed } = await run([
      ...['key', 'create', 'лишнее', '--organization', 'a', '--organization=b'],
      ...['--colour', 'red', '--name'],
    ])
    expect(code).toBe(2)
    expect(said.slice(0, -1)).toEqual([
      'лишнее слово: лишнее',
      '--organization: указан дважды',
      'неизвестный параметр: --colour',
      'лишнее слово: red',
      '--name: нет значения',
      expect.stringMatching(/^--rights: не указан/),
    ])
    expect(said.at(-1)).toContain('key create: выдать ключ API')
    expect(closed).toBe(0)
  })

  it('takes the next option for no value', async () => {
    const { said } = await run(['key', 'list', '--organization', '--help-me'])
    expect(said[0]).toBe('--organization: нет значения')
  })

  it('knows no other command', async () => {
    const { code, said } = await run(['key', 'destroy'])
    expect(code).toBe(2)
    expect(said[0]).toBe('нет такой команды: key destroy')
  })

  it('says why the database could not be asked, and lets go of it', async () => {
    const failure = new AppError('storage-unavailable', 'transient', { details: { code: 'X' } })
    const { code, said, closed } = await run([...CREATE, ...NUMBERS], failure)
    expect(code).toBe(1)
    expect(said[0]).toMatch(/^storage-unavailable: [А-Я].* \{"code":"X"\}$/)
    expect(closed).toBe(1)
  })

  it('shows a defect as one', async () => {
    await expect(run([...CREATE, ...NUMBERS], new RangeError('defect'))).rejects.toThrow('defect')
  })
})

describe('organization create', () => {
  it('takes numbers as people write them', async () => {
    const { code, saved } = await run([
      ...[...CREATE, '--inn', '7707 083893', '--ogrn', '1027700132195', '--kpp', '770701001'],
      ...['--legal-basis', 'law', '--time-zone', 'Asia/Irkutsk', '--environment', 'production'],
    ])
    expect(code).toBe(0)
    expect(saved).toEqual([
      {
        id: 'lab-1',
        name: 'ООО «Лаборатория»',
        inn: '7707083893',
        ogrn: '1027700132195',
        kpp: '770701001',
        ...{ okpo: null, oid: null, license: null, email: null, phone: null, address: null },
        legalBasis: 'law',
        registry: 'portal',
        environment: 'production',
        timeZone: 'Asia/Irkutsk',
      },
    ])
  })

  it('waits for consents, in the test environment, unless told otherwise', async () => {
    const { saved } = await run([...CREATE, ...NUMBERS])
    expect(saved[0]).toMatchObject({ legalBasis: 'consent', environment: 'test' })
  })

  it.each([
    ['--inn', '7707083894', 'ИНН'],
    ['--ogrn', '1027700132196', 'ОГРН'],
    ['--okpo', '12345670', 'ОКПО'],
    ['--kpp', '77070100', 'КПП'],
    ['--time-zone', 'Moscow', 'часовой пояс'],
    ['--id', 'лаб', '64 знаков'],
    ['--environment', 'prod', 'production'],
  ])('refuses %s %s', async (option, value, reason) => {
    const right = {
      '--id': 'lab-1',
      '--name': 'Л',
      '--inn': '7707083893',
      '--ogrn': '1027700132195',
    }
    const options = Object.entries({ ...right, [option]: value }).flat()
    const { code, said, saved } = await run(['organization', 'create', ...options])
    expect(code).toBe(1)
    expect(said).toEqual([expect.stringMatching(new RegExp(`^${option}: .*${reason}`))])
    expect(saved).toEqual([])
  })
})
