export { createPrismaStore } from './prisma-store.ts'
