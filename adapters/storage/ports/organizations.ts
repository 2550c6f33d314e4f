export interface Organization {
  readonly id: string
  readonly name: string
  readonly inn: string
  readonly ogrn: string
  readonly okpo: string | null
  readonly kpp: string | null
  readonly oid: string | null
  readonly license: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly address: string | null
  readonly legalBasis: 'consent' | 'law'
  readonly registry: 'portal'
  readonly environment: 'test' | 'production'
  /** IANA zone used where the laboratory's message has no offset. */
  readonly timeZone: string
}
export interface Organizations {
  get(id: string): Promise<Organization | undefined>
  /** Creates or updates by id. */
  save(organization: Organization): Promise<void>
}

export type Right = 'submit' | 'read' | 'read-body' | 'operate' | 'configure'
export interface ApiKeyPrincipal {
  readonly keyId: string
  readonly organizationId: string
  readonly rights: readonly Right[]
}
export interface ApiKeyRecord {
  readonly keyId: string
  readonly name: string
  readonly rights: readonly Right[]
  readonly createdAt: Date
  readonly revokedAt: Date | null
}
export interface ApiKeys {
  /** By SHA-256 of the presented key. */
  authenticate(presentedKey: string): Promise<ApiKeyPrincipal | undefined>
  /** Creates the key if its hash is new; the clear text is not kept. */
  ensure(input: {
    organizationId: string
    name: string
    key: string
    rights: readonly Right[]
  }): Promise<{ keyId: string }>
  /** Every key of the organisation, oldest first, revoked ones included. */
  list(organizationId: string): Promise<ApiKeyRecord[]>
  /** Shuts the key for good. False: the organisation has no such key, or it is shut already. */
  revoke(organizationId: string, keyId: string): Promise<boolean>
}
