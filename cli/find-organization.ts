import type { Organization } from '../adapters/storage/port.ts'
import { type CliDeps, CommandRefused } from './command.ts'

/** Refuses the command when there is no such organisation. */
export async function findOrganization({ store }: CliDeps, id: string): Promise<Organization> {
  const organization = await store.organizations.get(id)
  if (!organization) throw new CommandRefused([`организации ${id} нет`])
  return organization
}
