import { describe, expect, it } from 'vitest'
import { type CliDeps, CommandRefused } from '../../../cli/command.ts'
import { runCli } from '../../../cli/run-cli.ts'
import { compose, readText } from './compose.ts'

const page = readText('docs/production.md')
const commands = [...page.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => line !== '')

/** Words of a line of shell without expansions. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '')

describe('docs/production.md', () => {
  it('calls the command line as it wants to be called', async () => {
    const calls = commands.flatMap(
      (line) => /compose run --rm (?:-T )?cli (.*?)(?: [<>] .*)?$/.exec(line)?.[1] ?? [],
    )
    expect(calls.length).toBeGreaterThan(3)
    for (const call of calls) {
      const said: string[] = []
      const open = () => {
        throw new CommandRefused(['understood'])
      }
      await runCli(wordsOf(call), { print: () => {}, say: (line) => void said.push(line), open })
      expect(said, call).toEqual(['understood'])
    }
  })

  it('shows a set-up file that is accepted', async () => {
    const example = /```json\n(.*?)```/s.exec(page)?.[1] ?? ''
    const saved: unknown[] = []
    const store = {
      organizations: { get: async () => ({ id: 'lab-1' }) },
      templates: {
        save: async (_: string, draft: object) => ({ ...draft, version: 1, confirmed: false }),
      },
      codeMappings: {
        put: async (_: string, mappings: object[]) => {
          saved.push(...mappings)
          return {
            kind: 'saved',
            mappings: mappings.map((entry) => ({ ...entry, confirmed: true })),
          }
        },
      },
      close: async () => {},
    }
    const printed: string[] = []
    const output = { print: (line: string) => void printed.push(line), say: () => {} }
    const open = () => ({ ...output, store, readFile: () => example }) as unknown as CliDeps
    const args = ['templates', 'import', '--organization', 'lab-1', '--file', 'setup.json']
    expect(await runCli(args, { ...output, open })).toBe(0)
    expect(printed).toHaveLength(1)
    expect(saved).toHaveLength(1)
  })

  it('names services, secrets and the image as they are', () => {
    const services = commands.flatMap(
      (line) => /compose (?:exec -T|run --rm(?: -T)?) ([\w-]+)/.exec(line)?.[1] ?? [],
    )
    expect(services.filter((name) => !(name in compose.services))).toEqual([])
    const files = [...page.matchAll(/^\| ((?:`[\w.-]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w.-]+)`/g)].map(([, name = '']) => name),
    )
    expect(files.length).toBeGreaterThan(5)
    expect(files.filter((name) => !(name in compose.secrets))).toEqual([])
    const images = [...page.matchAll(/gonets:\d[\w.]*/g)].map(([image]) => image)
    expect(new Set(images)).toEqual(new Set([compose.services.api?.image]))
  })
})
