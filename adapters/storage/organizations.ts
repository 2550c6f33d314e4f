import type { StoreParts } from './parts.ts'
import type { Organization, Organizations } from './port.ts'

export function createOrganizations({ database, now }: StoreParts): Organizations {
  return {
    async get(id) {
      // Not by the model: every intake asks, and the model costs four times the statement (docs/performance.md).
      const rows = await database.read(
        (db) => db.$queryRaw<Organization[]>`
          SELECT id, name, inn, ogrn, okpo, kpp, oid, license, email, phone, address, legal_basis AS "legalBasis",
            registry, environment, time_zone AS "timeZone"
          FROM organization WHERE id = ${id}`,
      )
      return rows[0]
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

function pickColumns(source: Organization) {
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
