-- A template may join the analyses of others into one document.
ALTER TABLE "template_version" ADD COLUMN "panels" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- What could not be checked is used once a second person has confirmed it. Mappings of today are in use: they stay so, and
-- are checked again before each document.
ALTER TABLE "code_mapping" ADD COLUMN "confirmed_at" TIMESTAMPTZ(3),
ADD COLUMN "confirmed_by" TEXT;
UPDATE "code_mapping" SET "confirmed_at" = "updated_at", "confirmed_by" = 'migration';

-- Official code lists, loaded by `codes import`.
CREATE TABLE "code_list" (
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "extent" TEXT NOT NULL,
    "loaded_at" TIMESTAMPTZ(3) NOT NULL,
    "loaded_by" TEXT NOT NULL,

    CONSTRAINT "code_list_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "code_list_entry" (
    "list" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "names" TEXT[],
    "entry" JSONB NOT NULL,

    CONSTRAINT "code_list_entry_pkey" PRIMARY KEY ("list", "code")
);

ALTER TABLE "code_list_entry" ADD CONSTRAINT "code_list_entry_list_fkey" FOREIGN KEY ("list") REFERENCES "code_list"("name") ON DELETE CASCADE ON UPDATE CASCADE;
