import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type forge from 'node-forge'
import {
  authoritySubject,
  DEMO_ORGANIZATION,
  type DemoOrganization,
  doctorSubject,
  organizationSubject,
  type SubjectAttribute,
} from './demo-subjects.ts'
import { issueCertificate } from './issue-certificate.ts'
import { isUsablePki, writePrivate, writePublic } from './pki-files.ts'
import { toPem, toPkcs12 } from './pki-formats.ts'

/** Paths of one identity: PKCS#12 with key, certificate and authority; the certificate alone as PEM. */
export interface DemoIdentity {
  readonly p12File: string
  readonly certificateFile: string
}

export interface DemoPki {
  readonly directory: string
  /** The authority everything but `foreign` was issued by, PEM. */
  readonly caFile: string
  /** Opens every PKCS#12 of the folder; one line, no line feed. */
  readonly passwordFile: string
  readonly organization: DemoIdentity
  /** A doctor's personal certificate with СНИЛС. */
  readonly doctor: DemoIdentity
  /** Ended yesterday. */
  readonly expired: DemoIdentity
  /** Begins tomorrow. */
  readonly notYetValid: DemoIdentity
  /** Issued by another authority of the same kind. */
  readonly foreign: DemoIdentity
  readonly foreignCaFile: string
}

export interface DemoPkiOptions {
  readonly now?: Date
  readonly organization?: DemoOrganization
  /** When the organisation's certificate ends: a year from now unless told otherwise. */
  readonly organizationEnds?: Date
}

/**
 * Makes a demonstration authority and certificates in `directory`, once: what is there is kept until the
 * organisation's certificate has less than 30 days left. Keys are fresh and owner-only; nothing here is for production.
 */
export async function makeDemoPki(
  directory: string,
  options: DemoPkiOptions = {},
): Promise<DemoPki> {
  const now = options.now ?? new Date()
  const pki = demoPkiPaths(directory)
  if (await isUsablePki(pki, now)) return pki
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const password = randomBytes(18).toString('base64url')
  const writer = createIdentityWriter(password)
  const [ca, foreignCa, ours, doctors, theirs] = await makeKeys(3072, 2048, 3072, 3072, 2048)
  const authority = issueAuthority('Демонстрационный удостоверяющий центр', ca, now)
  const foreignAuthority = issueAuthority('Посторонний удостоверяющий центр', foreignCa, now)
  const organization = organizationSubject(options.organization ?? DEMO_ORGANIZATION)
  await writePublic(pki.caFile, toPem(authority.certificate))
  await writePublic(pki.foreignCaFile, toPem(foreignAuthority.certificate))
  await writePrivate(pki.passwordFile, password)
  const year = { notBefore: addDays(now, -1), notAfter: addDays(now, 365) }
  const past = { notBefore: addDays(now, -366), notAfter: addDays(now, -1) }
  const future = { notBefore: addDays(now, 1), notAfter: addDays(now, 366) }
  await writer(pki.doctor, authority, doctorSubject(), doctors, year)
  await writer(pki.expired, authority, organization, ours, past)
  await writer(pki.notYetValid, authority, organization, ours, future)
  await writer(pki.foreign, foreignAuthority, organization, theirs, year)
  // Last: its certificate is what says that the folder is complete.
  const notAfter = options.organizationEnds ?? year.notAfter
  await writer(pki.organization, authority, organization, ours, { ...year, notAfter })
  return pki
}

/** Where makeDemoPki puts things. */
export function demoPkiPaths(directory: string): DemoPki {
  const identity = (name: string): DemoIdentity => ({
    p12File: join(directory, `${name}.p12`),
    certificateFile: join(directory, `${name}.pem`),
  })
  return {
    directory,
    caFile: join(directory, 'ca.pem'),
    passwordFile: join(directory, 'password.txt'),
    organization: identity('organization'),
    doctor: identity('doctor'),
    expired: identity('expired'),
    notYetValid: identity('not-yet-valid'),
    foreign: identity('foreign'),
    foreignCaFile: join(directory, 'foreign-ca.pem'),
  }
}

interface Authority {
  readonly certificate: forge.pki.Certificate
  readonly key: KeyObject
}

interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

function issueAuthority(name: string, key: KeyObject, now: Date): Authority {
  const subject = authoritySubject(name)
  // Older than every certificate below it, the expired one included.
  const validity = { notBefore: addDays(now, -400), notAfter: addDays(now, 3650) }
  return { certificate: issueCertificate({ subject, key, ...validity }), key }
}

function createIdentityWriter(password: string) {
  return async (
    files: DemoIdentity,
    issuer: Authority,
    subject: readonly SubjectAttribute[],
    key: KeyObject,
    validity: Validity,
  ): Promise<void> => {
    const certificate = issueCertificate({ subject, key, issuer, ...validity })
    const p12 = toPkcs12({ key, certificates: [certificate, issuer.certificate], password })
    await writePrivate(files.p12File, p12)
    await writePublic(files.certificateFile, toPem(certificate))
  }
}

/** Key sizes in bits. All at once: each key is generated on its own thread. */
function makeKeys(
  ...sizes: [number, number, number, number, number]
): Promise<[KeyObject, KeyObject, KeyObject, KeyObject, KeyObject]> {
  const make = async (modulusLength: number) =>
    (await promisify(generateKeyPair)('rsa', { modulusLength })).privateKey
  const [a, b, c, d, e] = sizes
  return Promise.all([make(a), make(b), make(c), make(d), make(e)])
}

function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000)
}

if (import.meta.main) {
  const pki = await makeDemoPki(process.argv[2] ?? '.gonets/pki')
  process.stdout.write(`${pki.directory}\n`)
}
