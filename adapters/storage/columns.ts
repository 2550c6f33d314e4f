import type { Prisma } from '../../prisma/generated/client.ts'

/** A value of ours for a JSON column. Prisma's type wants index signatures, which our readonly interfaces lack. */
export function toJsonColumn(value: object): Prisma.InputJsonValue {
  return value as Prisma.InputJsonValue
}

/** The way back: what is in the column was written from this type. */
export function fromJsonColumn<T>(value: unknown): T {
  return value as T
}

/** Prisma takes bytes that own their memory; a Buffer may be a view into a pool. */
export function toBytesColumn(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/** A view, not a copy. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Ids come from addresses and foreign messages: PostgreSQL would answer anything else with an error, not with "no". */
export function isUuid(value: string): boolean {
  return UUID.test(value)
}
