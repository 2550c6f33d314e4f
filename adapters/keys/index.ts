export { createSealer } from './create-sealer.ts'
export { createFileKeyProvider } from './file-key-provider.ts'
