-- A row of "patient" is an identity as it was stated, and no other one overwrites it.
ALTER TABLE "patient" DROP COLUMN "identity_index",
ADD COLUMN "name_index" TEXT,
ADD COLUMN "birth_index" TEXT,
ADD COLUMN "confirmed_at" TIMESTAMPTZ(3),
ADD COLUMN "refuted_at" TIMESTAMPTZ(3);

-- Local numbers were hashed without their hyphens and without the authority that assigned them: two people could have one.
-- Such a hash identifies nobody any more; СНИЛС and policy do.
UPDATE "patient" SET "local_index" = NULL WHERE "local_index" IS NOT NULL;

CREATE TABLE "number_ruling" (
    "organization_id" TEXT NOT NULL,
    "number_index" TEXT NOT NULL,
    "ruling" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT NOT NULL,

    CONSTRAINT "number_ruling_pkey" PRIMARY KEY ("organization_id","number_index")
);
ALTER TABLE "number_ruling" ADD CONSTRAINT "number_ruling_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Every version keeps the identity it came with. Of an earlier version nothing but its sealed report tells it.
ALTER TABLE "submission_version" ADD COLUMN "patient_id" UUID;
UPDATE "submission_version" AS v SET "patient_id" = s."patient_id" FROM "submission" AS s WHERE s."id" = v."submission_id" AND s."version" = v."version";
CREATE INDEX "submission_version_patient_id_idx" ON "submission_version"("patient_id");
ALTER TABLE "submission_version" ADD CONSTRAINT "submission_version_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A plain digest of a content confirms a guess of it. The content itself is authenticated, so nothing needs it at rest.
ALTER TABLE "blob" DROP COLUMN "digest";
UPDATE "event" SET "details" = "details" - 'digest' WHERE "type" = 'document.assembled' AND "details" ? 'digest';

-- Records destroyed until now: what was left of them in the clear.
UPDATE "submission_version" AS v SET "reason" = NULL FROM "submission" AS s
WHERE s."id" = v."submission_id" AND s."erased_at" IS NOT NULL AND v."reason" IS NOT NULL;
UPDATE "audit_entry" AS a SET "reason" = NULL FROM "submission" AS s
WHERE s."id" = a."submission_id" AND s."erased_at" IS NOT NULL AND a."reason" IS NOT NULL;
UPDATE "event" AS e SET "details" = e."details" - 'digest' FROM "submission" AS s
WHERE s."id" = e."submission_id" AND s."erased_at" IS NOT NULL AND e."details" ? 'digest';
UPDATE "document" AS d SET "digest" = '' FROM "submission" AS s WHERE s."id" = d."submission_id" AND s."erased_at" IS NOT NULL;
UPDATE "signature" AS g SET "subject" = '', "serial" = '' FROM "document" AS d JOIN "submission" AS s ON s."id" = d."submission_id"
WHERE d."seq" = g."document_seq" AND s."erased_at" IS NOT NULL;
UPDATE "submission" SET "issues" = (SELECT coalesce(jsonb_agg(jsonb_set(i, '{detail}', to_jsonb('Текст уничтожен вместе с записью'::text))), '[]') FROM jsonb_array_elements("issues") AS i)
WHERE "erased_at" IS NOT NULL AND "issues" <> '[]';
UPDATE "acknowledgement" AS k SET "issues" = (SELECT coalesce(jsonb_agg(jsonb_set(i, '{detail}', to_jsonb('Текст уничтожен вместе с записью'::text))), '[]') FROM jsonb_array_elements(k."issues") AS i)
FROM "submission" AS s WHERE s."id" = k."submission_id" AND s."erased_at" IS NOT NULL AND k."issues" <> '[]';

-- Identities that nothing refers to: of earlier versions, and of records destroyed since.
UPDATE "patient" SET "wrapped_key" = NULL, "snils_index" = NULL, "policy_index" = NULL
WHERE "wrapped_key" IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM "submission" WHERE "patient_id" = "patient"."id" AND "erased_at" IS NULL)
  AND NOT EXISTS (SELECT 1 FROM "consent" WHERE "patient_id" = "patient"."id");

-- What takes the keys is brought along by the application, page by page (adapters/storage/old-forms.ts).
CREATE TABLE "old_form" (
    "name" TEXT NOT NULL,

    CONSTRAINT "old_form_pkey" PRIMARY KEY ("name")
);
INSERT INTO "old_form" ("name") VALUES ('names'), ('local-numbers'), ('digests'), ('texts'), ('issues');

-- Not in schema.prisma: Prisma has no partial indexes. What came to a destroyed record afterwards.
CREATE INDEX "submission_erased_touched_idx" ON "submission"("id") WHERE "erased_at" IS NOT NULL AND "updated_at" > "erased_at";
