import type { Organization as OrganizationRow } from '../../prisma/generated/client.ts'
import type { StoreParts } from './parts.ts'
import type { Organization, Organizations } from './port.ts'

export function createOrganizations({ database, now }: StoreParts): Organizations {
  return {
    async get(id) {
      const row = await database.read((db) => db.organization.findUnique({ where: { id } }))
      return row ? toOrganization(row) : undefined
    },
    async save(organization) {
      const at = now()
      const { id, ...content } = pickColumns(organization)
      await database.write((tx) =>
        tx.organization.upsert({
          where: { id },
          create: { id, ...content, createdAt: at, updatedAt: at },
          update: { ...content, updatedAt: at },
        }),
      )
    },
  }
}

function toOrganization(row: OrganizationRow): Organization {
  return {
    ...pickColumns(row),
    legalBasis: row.legalBasis as Organization['legalBasis'],
    registry: row.registry as Organization['registry'],
    environment: row.environment as Organization['environment'],
  }
}

function pickColumns(source: Omit<OrganizationRow, 'createdAt' | 'updatedAt'>) {
  return {
    id: source.id,
    name: source.name,
    inn: source.inn,
    ogrn: source.ogrn,
    okpo: source.okpo,
    kpp: source.kpp,
    oid: source.oid,
    license: source.license,
    email: source.email,
    phone: source.phone,
    address: source.address,
    legalBasis: source.legalBasis,
    registry: source.registry,
    environment: source.environment,
    timeZone: source.timeZone,
  }
}
