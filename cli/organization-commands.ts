import type { ZodError } from 'zod'
import type { Organization } from '../adapters/storage/port.ts'
import { organizationBody, organizationParams } from '../api/schemas/organization.ts'
import { ACTOR, type Command, CommandRefused, given, type Option, type Values } from './command.ts'
import { findOrganization } from './find-organization.ts'

const ENVIRONMENTS = ['test', 'production'] as const

const create: Command = {
  name: 'organization create',
  summary: 'завести лабораторию',
  options: {
    id: { required: true, meaning: 'короткое имя: латиница, цифры, . _ -; войдёт в адрес ответов' },
    name: { required: true, meaning: 'полное наименование' },
    inn: { required: true, meaning: 'ИНН' },
    ogrn: { required: true, meaning: 'ОГРН или ОГРНИП' },
    kpp: { meaning: 'КПП' },
    okpo: { meaning: 'ОКПО' },
    oid: { meaning: 'OID в реестре медицинских организаций НСИ' },
    license: { meaning: 'лицензия на медицинскую деятельность' },
    email: { meaning: 'электронная почта' },
    phone: { meaning: 'телефон' },
    address: { meaning: 'адрес' },
    'legal-basis': {
      meaning: 'consent — по согласию пациента (так по умолчанию), law — по закону',
    },
    environment: { meaning: 'test (по умолчанию) или production — среда реестра' },
    'time-zone': { meaning: 'часовой пояс, по умолчанию Europe/Moscow' },
  } satisfies Record<string, Option>,
  async run(values, deps) {
    const organization = readOrganization(values)
    const { id } = organization
    if (await deps.store.organizations.get(id))
      throw new CommandRefused([
        `организация ${id} уже есть; её сведения меняет PUT /v1/organizations/${id}`,
      ])
    await deps.store.organizations.save(organization)
    await deps.store.audit.record({
      organizationId: id,
      actor: ACTOR,
      action: 'organization.create',
      target: id,
    })
    deps.say(`Организация заведена. Адрес для ответов портала: /callbacks/portal/${id}`)
    deps.print(id)
  },
}

const show: Command = {
  name: 'organization show',
  summary: 'показать лабораторию',
  options: { id: { required: true, meaning: 'короткое имя' } },
  async run(values, deps) {
    deps.print(JSON.stringify(await findOrganization(deps, given(values, 'id')), null, 2))
  },
}

export const organizationCommands: readonly Command[] = [create, show]

/** The same checks as over HTTP. */
function readOrganization(values: Values): Organization {
  const { id, environment = 'test', ...rest } = values
  const params = organizationParams.safeParse({ id })
  const body = organizationBody.safeParse({
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [toField(name), value])),
    legalBasis: values['legal-basis'] ?? 'consent',
    timeZone: values['time-zone'] ?? 'Europe/Moscow',
  })
  const known = ENVIRONMENTS.find((name) => name === environment)
  if (params.success && body.success && known)
    return { ...body.data, id: params.data.id, registry: 'portal', environment: known }
  throw new CommandRefused([
    ...(params.success ? [] : ['--id: до 64 знаков: латиница, цифры, . _ -']),
    ...(known ? [] : ['--environment: ожидается test или production']),
    ...(body.success ? [] : reasonsOf(body.error)),
  ])
}

const toField = (option: string) =>
  option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
const toOption = (field: string) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function reasonsOf({ issues }: ZodError): string[] {
  return issues.map(({ path, message }) => `--${toOption(String(path[0]))}: ${message}`)
}
