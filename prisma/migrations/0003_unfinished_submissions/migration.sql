-- Not in schema.prisma: Prisma has no partial indexes.
-- What reconciliation looks through: the few that are on their way, not the years of kept ones; and kept ones by their end.
CREATE INDEX "submission_unfinished_id_idx" ON "submission"("id") WHERE "phase" NOT IN ('awaiting-final', 'retained', 'cancelled', 'destroyed');
CREATE INDEX "submission_retained_until_idx" ON "submission"("retain_until") WHERE "phase" = 'retained' AND "hold_reason" IS NULL;
