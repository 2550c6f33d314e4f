-- The registry's word on each document. Why a person is asked about it, and in which registry its number is unique.
ALTER TABLE "submission_version" ADD COLUMN "disputed" TEXT,
ADD COLUMN "registry" TEXT;

-- The book of the current version in one word, beside the phase: the status follows from one row.
ALTER TABLE "submission" ADD COLUMN "book" TEXT,
ADD COLUMN "book_version" INTEGER;

-- One message may say two things: keyed digest of what it says. Empty for what was received before it was kept.
ALTER TABLE "acknowledgement" ADD COLUMN "meaning" TEXT NOT NULL DEFAULT '';
DROP INDEX "acknowledgement_document_id_message_id_key";
CREATE UNIQUE INDEX "acknowledgement_document_id_message_id_meaning_key" ON "acknowledgement"("document_id", "message_id", "meaning");

-- A document that never arrived has nothing there.
UPDATE "submission_version" AS v SET "left_at" = NULL
FROM (SELECT DISTINCT ON ("submission_id", "version") "submission_id", "version", "type" FROM "event"
  WHERE "type" IN ('registry.withdrawn', 'registry.nothing-to-withdraw') ORDER BY "submission_id", "version", "seq" DESC) AS e
WHERE e."submission_id" = v."submission_id" AND e."version" = v."version" AND e."type" = 'registry.nothing-to-withdraw';

-- What contradicted itself until now was noted and forgotten: a person is asked.
UPDATE "submission_version" AS v SET "disputed" = 'registry-contradicts'
WHERE EXISTS (SELECT 1 FROM "acknowledgement" AS a WHERE a."document_id" = v."document_id" AND a."verdict" = 'accepted'
    AND (v."withdrawn_at" IS NULL OR a."answered_at" > v."withdrawn_at"))
  AND (v."withdrawn_at" IS NOT NULL
    OR EXISTS (SELECT 1 FROM "acknowledgement" AS a WHERE a."document_id" = v."document_id" AND a."verdict" NOT IN ('accepted', 'processing')));

-- A number belongs to the document that had it first.
UPDATE "submission_version" AS v SET "registry" = o."registry" || '/' || o."environment"
FROM "submission" AS s JOIN "organization" AS o ON o."id" = s."organization_id"
WHERE s."id" = v."submission_id" AND v."registry_id" IS NOT NULL;
UPDATE "submission_version" AS v SET "disputed" = 'registry-number-taken', "registry_id" = NULL, "registry" = NULL, "verdict" = NULL
WHERE EXISTS (
  SELECT 1 FROM "submission_version" AS other
  WHERE other."registry" = v."registry" AND other."registry_id" = v."registry_id" AND other."document_id" <> v."document_id"
    AND (SELECT min("seq") FROM "acknowledgement" WHERE "document_id" = other."document_id" AND "verdict" = 'accepted')
      < (SELECT min("seq") FROM "acknowledgement" WHERE "document_id" = v."document_id" AND "verdict" = 'accepted'));
CREATE UNIQUE INDEX "submission_version_registry_registry_id_key" ON "submission_version"("registry", "registry_id");

-- One open question of a code at a time: about the newest document first.
INSERT INTO "question" ("id", "submission_id", "code", "details", "asked_at")
SELECT DISTINCT ON (v."submission_id", v."disputed") gen_random_uuid(), v."submission_id", v."disputed",
  jsonb_build_object('documentId', v."document_id", 'version', v."version", 'withdrawnAt', v."withdrawn_at",
    'acknowledgements', (SELECT coalesce(jsonb_agg(a."id" ORDER BY a."seq"), '[]') FROM "acknowledgement" AS a
      WHERE a."document_id" = v."document_id" AND a."verdict" <> 'processing')),
  s."updated_at"
FROM "submission_version" AS v JOIN "submission" AS s ON s."id" = v."submission_id"
WHERE v."disputed" IS NOT NULL
ORDER BY v."submission_id", v."disputed", v."version" DESC;

-- Accepted after the withdrawal: believed until a person decides.
UPDATE "submission_version" SET "withdrawn_at" = NULL
WHERE "disputed" = 'registry-contradicts' AND "withdrawn_at" IS NOT NULL AND "verdict" = 'accepted';

UPDATE "submission" AS s SET "book_version" = v."version", "book" = CASE
    WHEN v."disputed" IS NOT NULL THEN 'contradicted'
    WHEN v."withdrawn_at" IS NOT NULL THEN 'withdrawn'
    WHEN v."verdict" IS NOT NULL THEN v."verdict"
    WHEN v."left_at" IS NOT NULL THEN 'out' ELSE 'unsent' END,
  "status" = CASE WHEN v."disputed" IS NOT NULL THEN 'disputed' ELSE s."status" END
FROM "submission_version" AS v WHERE v."submission_id" = s."id" AND v."version" = s."version"
  AND (v."disputed" IS NOT NULL OR v."withdrawn_at" IS NOT NULL OR v."verdict" IS NOT NULL);
