import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CliDeps } from '../../../cli/command.ts'
import { runCli } from '../../../cli/run-cli.ts'
import { STANDARD_TESTS } from '../../../domain/document/standard-tests.ts'
import { makeKeyFile } from '../../../tools/make-keys.ts'
import { createTestStore, LABORATORY, type TestStore } from '../../support/store.ts'

let fixture: TestStore
let folder: string
let keys = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonets-cli-'))
  fixture = await createTestStore()
})
afterAll(async () => {
  await fixture.close()
  await rm(folder, { recursive: true })
})

/** As `cli/main.ts` does it, on the test's own store. */
async function run(...args: string[]) {
  const printed: string[] = []
  const said: string[] = []
  const output = {
    print: (line: string) => void printed.push(line),
    say: (line: string) => void said.push(line),
  }
  const open = (): CliDeps => ({
    ...output,
    store: { ...fixture.store, close: async () => {} },
    readFile: () => SETUP.text,
    newKey: () => `new-key-of-the-cli-test-${++keys}`,
  })
  return { code: await runCli(args, { ...output, open }), printed, said }
}
const SETUP = { text: '' }

describe('organization', () => {
  it('is created once and shown', async () => {
    const args = [
      ...['--id', 'lab-cli', '--name', 'ООО «Пробирка»', '--inn', '7707083893'],
      ...['--ogrn', '1027700132195', '--email', 'lab@lab.example'],
    ]
    expect(await run('organization', 'create', ...args)).toMatchObject({
      code: 0,
      printed: ['lab-cli'],
      said: [expect.stringContaining('/callbacks/portal/lab-cli')],
    })
    expect(await run('organization', 'create', ...args)).toMatchObject({
      code: 1,
      printed: [],
      said: [expect.stringContaining('уже есть')],
    })
    const { printed } = await run('organization', 'show', '--id', 'lab-cli')
    expect(JSON.parse(printed.join(''))).toMatchObject({
      inn: '7707083893',
      email: 'lab@lab.example',
    })
    expect(await run('organization', 'show', '--id', 'lab-x')).toMatchObject({
      code: 1,
      printed: [],
    })
  })
})

describe('key', () => {
  const organization = ['--organization', LABORATORY.id]

  it('opens from the moment it is shown until it is revoked', async () => {
    const { authenticate } = fixture.store.apiKeys
    const created = await run(
      'key',
      'create',
      ...organization,
      '--name',
      'ЛИС',
      '--rights',
      'submit, read',
    )
    expect(created.code).toBe(0)
    const key = created.printed[0] ?? ''
    const principal = await authenticate(key)
    expect(principal).toMatchObject({ organizationId: LABORATORY.id, rights: ['submit', 'read'] })

    const listed = await run('key', 'list', ...organization)
    expect(listed.printed).toEqual([
      [principal?.keyId, '2026-03-01T09:00:00.000Z', 'действует', 'submit,read', 'ЛИС'].join('\t'),
    ])
    const revoke = () => run('key', 'revoke', ...organization, '--id', principal?.keyId ?? '')
    expect((await revoke()).code).toBe(0)
    expect(await authenticate(key)).toBeUndefined()
    expect((await revoke()).said[0]).toMatch(/^действующего ключа .* нет$/)
    expect((await run('key', 'list', ...organization)).printed[0]).toContain('отозван 2026-03-01')
  })

  it('belongs to an organisation that exists, and cannot be revoked by another', async () => {
    await fixture.store.organizations.save({ ...LABORATORY, id: 'lab-other' })
    const { keyId } = await fixture.store.apiKeys.ensure({
      organizationId: LABORATORY.id,
      name: 'x',
      key: 'key-of-the-first-laboratory',
      rights: ['read'],
    })
    for (const id of [keyId, 'not-a-uuid'])
      expect((await run('key', 'revoke', '--organization', 'lab-other', '--id', id)).code).toBe(1)
    const args = ['--organization', 'lab-x', '--name', 'x', '--rights', 'read']
    expect(await run('key', 'create', ...args)).toMatchObject({ code: 1, printed: [] })
  })

  it('has rights that exist', async () => {
    const refused = await run(
      'key',
      'create',
      ...organization,
      '--name',
      'x',
      '--rights',
      'read,write',
    )
    expect(refused).toMatchObject({ code: 1, printed: [] })
    expect(refused.said[0]).toMatch(/^--rights: неизвестное право write;/)
  })
})

describe('templates import', () => {
  const args = ['templates', 'import', '--organization', LABORATORY.id, '--file', 'setup.json']

  it('takes templates and code mappings as the HTTP interface does', async () => {
    SETUP.text = JSON.stringify({
      templates: [{ code: 'cbc', title: 'Общий анализ крови', serviceCodes: ['B03.016.002'] }],
      codeMappings: [
        { kind: 'unit', codeSystem: 'local', code: 'г/л', targetCode: '60', targetName: 'г/л' },
      ],
    })
    expect(await run(...args)).toMatchObject({
      code: 0,
      printed: ['cbc\tверсия 1\tждёт подтверждения человеком'],
    })
    expect(await fixture.store.templates.get(LABORATORY.id, 'cbc')).toMatchObject({
      confirmed: false,
    })
    expect(await fixture.store.codeMappings.list(LABORATORY.id)).toHaveLength(1)
  })

  it('takes nothing of a file with a fault', async () => {
    SETUP.text = JSON.stringify({
      templates: [
        { code: 'good', title: 'Хороший', serviceCodes: ['A09.05.023'] },
        { code: 'bad', title: 'Плохой', serviceCodes: [] },
      ],
    })
    const { code, said } = await run(...args)
    expect(code).toBe(1)
    expect(said).toEqual(['/templates/1/serviceCodes: Нужен хотя бы один код услуги.'])
    expect(await fixture.store.templates.get(LABORATORY.id, 'good')).toBeUndefined()
    SETUP.text = '{'
    expect((await run(...args)).said).toEqual(['setup.json: не JSON'])
  })
})

describe('templates import of codes', () => {
  const args = ['templates', 'import', '--organization', 'lab-codes', '--file', 'setup.json']
  const unit = { kind: 'unit', codeSystem: 'local', code: 'мг%' }
  beforeAll(() => fixture.store.organizations.save({ ...LABORATORY, id: 'lab-codes' }))

  it('says what is provably wrong, and keeps no mapping of the file', async () => {
    SETUP.text = JSON.stringify({
      codeMappings: [
        { ...unit, targetCode: '62', targetName: 'мг/дл' },
        { ...unit, code: 'г/л', targetCode: '195', targetName: 'ммоль/л' },
      ],
    })
    const { code, said } = await run(...args)
    expect({ code, said }).toEqual({
      code: 1,
      said: [expect.stringMatching(/^\/codeMappings\/1\/targetCode: «г\/л»/)],
    })
    expect(await fixture.store.codeMappings.list('lab-codes')).toEqual([])
  })

  it('says what a second person has to confirm', async () => {
    SETUP.text = JSON.stringify({
      codeMappings: [{ ...unit, targetCode: '62', targetName: 'мг/дл' }],
    })
    const { code, said } = await run(...args)
    expect(code).toBe(0)
    expect(said).toEqual([
      'unit local мг%: неизвестно, что лаборатория измеряет в «мг%»',
      'Шаблонов: 0, соответствий кодов: 1.',
      'Ждут подтверждения второго сотрудника (POST /v1/code-mappings/confirm): 1.',
    ])
  })

  it('takes panels before the template that joins them, and refuses a code that is taken', async () => {
    const cbc = { code: 'cbc', title: 'ОАК', serviceCodes: ['B03.016.003'] }
    const joint = { code: 'all', title: 'Всё', serviceCodes: ['B01'], panels: ['cbc'] }
    SETUP.text = JSON.stringify({ templates: [joint, cbc] })
    expect((await run(...args)).printed.map((line) => line.split('\t')[0])).toEqual(['cbc', 'all'])
    SETUP.text = JSON.stringify({ templates: [{ ...cbc, code: 'twin' }] })
    expect(await run(...args)).toMatchObject({
      code: 1,
      said: [expect.stringMatching(/^template-code-taken: .*"template":"cbc"/)],
    })
  })
})

describe('codes', () => {
  const HEAD = 'ID,FULLNAME,SHORTNAME,UNIT\n'
  const importing = (...more: string[]) =>
    run('codes', 'import', '--list', 'fsli', '--version', '3.50', '--file', 'fsli.csv', ...more)

  it('are loaded in place of what was there, and listed', async () => {
    SETUP.text = `${HEAD}1017128,"Гемоглобин общий, массовая концентрация в крови",Гемоглобин,г/л\n`
    expect(await importing('--extent', 'part')).toMatchObject({
      code: 0,
      said: [expect.stringMatching(/^Загружено: ФСЛИ .*версия 3\.50, кодов 1\./)],
    })
    const { printed, said } = await run('codes', 'list')
    expect(printed).toEqual(['fsli\t3.50\tpart\t1\t2026-03-01T09:00:00.000Z'])
    expect(said).toEqual([expect.stringContaining('Не загружен: единицы измерения')])
    SETUP.text = HEAD + STANDARD_TESTS.map(({ code }) => `${code},Имя,Имя,`).join('\n')
    expect((await importing()).said[0]).toMatch(/кодов 28\.$/)
    expect((await run('codes', 'list')).printed[0]).toMatch(/^fsli\t3\.50\twhole\t28\t/)
  })

  it('are no whole list without the codes that are known to exist', async () => {
    SETUP.text = `${HEAD}1017128,Гемоглобин,Гемоглобин,г/л\n`
    const { code, said } = await importing()
    expect({ code, said }).toEqual({
      code: 1,
      said: [
        expect.stringMatching(/^это не весь справочник: нет известных кодов 1017375, /),
        'выписку загрузите с --extent part',
      ],
    })
    expect((await importing('--extent', 'half')).said).toEqual([
      '--extent: ожидается whole или part',
    ])
    const args = ['--list', 'nmu', '--version', '1', '--file', 'x']
    expect((await run('codes', 'import', ...args)).said).toEqual([
      '--list: ожидается fsli или units',
    ])
  })
})

describe('the process', () => {
  const start = promisify(execFile)

  it('reads its settings from the environment and its file, and keeps stdout for the key', async () => {
    const key = join(folder, 'keys.json')
    const url = join(folder, 'database-url')
    await Promise.all([makeKeyFile(key), writeFile(url, `${fixture.url}\n`)])
    const env = { DATABASE_URL_FILE: url, GONETS_KEY_FILE: key }
    const args = ['cli/main.ts', 'key', 'create', '--organization', LABORATORY.id]
    const done = await start(process.execPath, [...args, '--name', 'ЛИС', '--rights', 'submit'], {
      env,
    })
    expect(done.stdout).toMatch(/^gonets_[\w-]{43}\n$/)
    expect(await fixture.store.apiKeys.authenticate(done.stdout.trim())).toMatchObject({
      rights: ['submit'],
    })
    const failed = await start(
      process.execPath,
      ['cli/main.ts', 'key', 'list', '--organization', 'x'],
      {
        env: { GONETS_KEY_FILE: key },
      },
    ).catch((error: unknown) => error)
    expect(failed).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('DATABASE_URL'),
    })
  })

  it('reads a file from the standard input', async () => {
    const key = join(folder, 'keys-stdin.json')
    await makeKeyFile(key)
    const env = { DATABASE_URL: fixture.url, GONETS_KEY_FILE: key }
    const args = ['templates', 'import', '--organization', LABORATORY.id, '--file', '-']
    const running = start(process.execPath, ['cli/main.ts', ...args], { env })
    running.child.stdin?.end('{ "templates": [] }')
    expect((await running).stderr).toBe('Шаблонов: 0, соответствий кодов: 0.\n')
  })
})
