import type { Right } from '../adapters/storage/port.ts'
import { ACTOR, type Command, CommandRefused, given } from './command.ts'
import { findOrganization } from './find-organization.ts'

const RIGHTS = {
  submit: 'передавать результаты',
  read: 'видеть состояние',
  'read-body': 'видеть содержание',
  operate: 'исправлять, подтверждать, отменять',
  configure: 'настраивать шаблоны и коды',
} satisfies Record<Right, string>
const isRight = (text: string): text is Right => Object.hasOwn(RIGHTS, text)

const organization = { required: true, meaning: 'короткое имя организации' } as const
const rightsMeaning = `через запятую: ${Object.entries(RIGHTS)
  .map(([right, meaning]) => `${right} — ${meaning}`)
  .join('; ')}`

const create: Command = {
  name: 'key create',
  summary: 'выдать ключ API; показывается один раз',
  options: {
    organization,
    name: { required: true, meaning: 'для кого ключ, например «ЛИС»' },
    rights: { required: true, meaning: rightsMeaning },
  },
  async run(values, deps) {
    const rights = readRights(given(values, 'rights'))
    const { id: organizationId } = await findOrganization(deps, given(values, 'organization'))
    const key = deps.newKey()
    const name = given(values, 'name')
    const { keyId } = await deps.store.apiKeys.ensure({ organizationId, name, key, rights })
    await deps.store.audit.record({
      organizationId,
      actor: ACTOR,
      action: 'api-key.create',
      target: keyId,
    })
    deps.say(
      `Ключ ${keyId} выдан: ${rights.join(', ')}. Он показан один раз, хранится только его хеш:`,
    )
    deps.print(key)
  },
}

const list: Command = {
  name: 'key list',
  summary: 'перечислить ключи организации',
  options: { organization },
  async run(values, deps) {
    const { id } = await findOrganization(deps, given(values, 'organization'))
    for (const key of await deps.store.apiKeys.list(id)) {
      const state = key.revokedAt ? `отозван ${key.revokedAt.toISOString()}` : 'действует'
      deps.print(
        [key.keyId, key.createdAt.toISOString(), state, key.rights.join(','), key.name].join('\t'),
      )
    }
  },
}

const revoke: Command = {
  name: 'key revoke',
  summary: 'отозвать ключ',
  options: { organization, id: { required: true, meaning: 'номер ключа из key list' } },
  async run(values, deps) {
    const { id: organizationId } = await findOrganization(deps, given(values, 'organization'))
    const keyId = given(values, 'id')
    if (!(await deps.store.apiKeys.revoke(organizationId, keyId)))
      throw new CommandRefused([`действующего ключа ${keyId} у организации нет`])
    await deps.store.audit.record({
      organizationId,
      actor: ACTOR,
      action: 'api-key.revoke',
      target: keyId,
    })
    deps.say('Ключ отозван. Работающие процессы API забудут его в течение минуты.')
  },
}

export const keyCommands: readonly Command[] = [create, list, revoke]

function readRights(text: string): Right[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))]
  const rights = names.filter(isRight)
  if (rights.length === names.length) return rights
  const unknown = names.filter((name) => !isRight(name))
  throw new CommandRefused([`--rights: неизвестное право ${unknown.join(', ')}; ${rightsMeaning}`])
}
