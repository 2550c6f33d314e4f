import { z } from 'zod'
import type { CodeMapping } from '../adapters/storage/port.ts'
import { mappingsBody } from '../api/schemas/code-mapping.ts'
import { templateBody, templateParams } from '../api/schemas/template.ts'
import { ACTOR, type CliDeps, type Command, CommandRefused, given } from './command.ts'
import { findOrganization } from './find-organization.ts'

/** Templates and code mappings in the form the HTTP interface takes them. */
const setup = z.strictObject({
  templates: z
    .array(z.strictObject({ ...templateParams.shape, ...templateBody.shape }))
    .default([]),
  codeMappings: mappingsBody.optional(),
})

const importSetup: Command = {
  name: 'templates import',
  summary: 'загрузить шаблоны документов и соответствия кодов из файла JSON',
  options: {
    organization: { required: true, meaning: 'короткое имя организации' },
    file: {
      required: true,
      meaning: 'файл { "templates": […], "codeMappings": […] }; - — стандартный ввод',
    },
  },
  async run(values, deps) {
    const { templates, codeMappings = [] } = readSetup(deps, given(values, 'file'))
    const { id } = await findOrganization(deps, given(values, 'organization'))
    // Panels first: a template that joins others needs them to be there.
    for (const draft of templates.toSorted((a, b) => a.panels.length - b.panels.length)) {
      const { code, version, confirmed } = await deps.store.templates.save(id, draft, ACTOR)
      const state = confirmed ? 'подтверждён' : 'ждёт подтверждения человеком'
      deps.print([code, `версия ${version}`, state].join('\t'))
    }
    const mappings = [codeMappings].flat()
    const waiting = mappings.length > 0 ? await putMappings(deps, id, mappings) : 0
    deps.say(`Шаблонов: ${templates.length}, соответствий кодов: ${mappings.length}.`)
    if (waiting > 0)
      deps.say(
        `Ждут подтверждения второго сотрудника (POST /v1/code-mappings/confirm): ${waiting}.`,
      )
  },
}

/** Says what needs a second person and how many there are. Throws CommandRefused with everything that is wrong. */
async function putMappings(
  deps: CliDeps,
  organizationId: string,
  mappings: readonly CodeMapping[],
): Promise<number> {
  const put = await deps.store.codeMappings.put(organizationId, mappings, ACTOR)
  if (put.kind === 'refused')
    throw new CommandRefused(
      put.refusals.map(({ index, field, detail }) => `/codeMappings/${index}/${field}: ${detail}`),
    )
  const waiting = put.mappings.filter(({ confirmed }) => !confirmed)
  for (const { kind, codeSystem, code, reason } of waiting)
    deps.say(`${kind} ${codeSystem} ${code}: ${reason ?? ''}`)
  return waiting.length
}

export const templateCommands: readonly Command[] = [importSetup]

function readSetup(deps: CliDeps, path: string): z.output<typeof setup> {
  const parsed = setup.safeParse(readJson(deps, path))
  if (parsed.success) return parsed.data
  throw new CommandRefused(
    parsed.error.issues.map(({ path: place, message }) => `/${place.join('/')}: ${message}`),
  )
}

function readJson({ readFile }: CliDeps, path: string): unknown {
  try {
    return JSON.parse(readFile(path))
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'не JSON' : 'файл не читается'
    throw new CommandRefused([`${path}: ${reason}`])
  }
}
