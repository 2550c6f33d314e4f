-- AlterTable
ALTER TABLE "patient" ADD COLUMN     "identity_index" TEXT;
