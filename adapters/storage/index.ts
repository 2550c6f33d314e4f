export { migrateDeploy } from './migrate.ts'
export { createPrismaStore, type PrismaStoreOptions } from './prisma-store.ts'
