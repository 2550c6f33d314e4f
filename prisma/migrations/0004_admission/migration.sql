-- AlterTable
ALTER TABLE "submission" ADD COLUMN     "priority" SMALLINT NOT NULL DEFAULT 3;

-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "is_start" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "organization_id" TEXT,
ADD COLUMN     "priority" SMALLINT NOT NULL DEFAULT 3;

-- Only what still waits: delivered rows are never looked at again.
UPDATE "outbox" SET "is_start" = true, "organization_id" = "message"->>'organizationId'
WHERE "delivered_at" IS NULL AND "message"->>'kind' = 'start-submission';

-- Not in schema.prisma: Prisma has no partial indexes.
-- Starts wait for a place by organisation and priority, however many; the sweep for the rest does not read past them.
DROP INDEX "outbox_pending_due_at_idx";
CREATE INDEX "outbox_pending_fact_due_at_idx" ON "outbox"("due_at", "id") WHERE "delivered_at" IS NULL AND NOT "is_start";
-- By time before number: by number alone PostgreSQL would take the primary key and read past everything kept.
CREATE INDEX "outbox_pending_start_idx" ON "outbox"("organization_id", "priority", "created_at", "id") WHERE "delivered_at" IS NULL AND "is_start";
-- What was started a moment ago and has not moved yet; read at its young end only.
CREATE INDEX "outbox_started_at_idx" ON "outbox"("delivered_at") WHERE "delivered_at" IS NOT NULL AND "is_start";
-- What is being worked on: a handful, beside what waits to be started.
CREATE INDEX "submission_working_updated_at_idx" ON "submission"("updated_at") WHERE "phase" IN ('checking-consent', 'assembling', 'signing', 'notifying');
