import { z } from 'zod'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const base64 = z.base64()
const id = z.string().min(1).max(200)

/** Body of `POST /api/v1/documents` (docs/registries/portal.md). Strict: an unknown field is a mistake of the sender. */
export const packageSchema = z.strictObject({
  header: z.strictObject({
    documentId: id,
    organizationId: id,
    inn: z.string().regex(/^(\d{10}|\d{12})$/),
    ogrn: z.string().regex(/^(\d{13}|\d{15})$/),
    oid: z.string().nullable(),
    analysisType: id,
    performedAt: z.iso.datetime({ offset: true }),
  }),
  metadata: z.strictObject({
    setId: id,
    versionNumber: z.number().int().positive(),
    replaces: id.nullable(),
    documentDigest: digest,
    files: z
      .array(
        z.strictObject({
          name: z.enum(['document.xml', 'document.pdf']),
          mediaType: z.string(),
          size: z.number().int().nonnegative(),
          digest,
        }),
      )
      .length(2),
    signatures: z
      .array(z.strictObject({ role: z.enum(['organization', 'personal']), digest }))
      .min(1)
      .max(50),
    consent: z.discriminatedUnion('basis', [
      z.strictObject({ basis: z.literal('law') }),
      z.strictObject({ basis: z.literal('consent'), number: id, givenAt: z.string().max(64) }),
    ]),
    consentDigest: digest,
  }),
  files: z
    .array(
      z.strictObject({
        name: z.enum(['document.xml', 'document.pdf']),
        algorithm: z.literal('A256GCM'),
        keyAlgorithm: z.literal('RSA-OAEP-256'),
        keyId: digest,
        wrappedKey: base64,
        iv: base64,
        tag: base64,
        content: base64,
      }),
    )
    .length(2),
  signatures: z.array(
    z.strictObject({ role: z.enum(['organization', 'personal']), content: base64 }),
  ),
})
export type PortalPackage = z.output<typeof packageSchema>
