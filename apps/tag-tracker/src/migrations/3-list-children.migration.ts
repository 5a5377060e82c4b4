import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which lists of images name an image: asked for every digest that no history names itself, and not to be found out by
 * reading all images of a stream. Its number puts it after the migrations that make the table of documents.
 */
export class ListChildren2000000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE list_child (
        list text COLLATE "C" NOT NULL,
        child text COLLATE "C" NOT NULL,
        PRIMARY KEY (list, child)
      );
      CREATE INDEX list_child_child ON list_child (child);
      INSERT INTO list_child (list, child)
        SELECT image.name, child.digest
          FROM document_version image,
               json_to_recordset(CASE json_typeof(image.document->'dockerImageManifests')
                                   WHEN 'array' THEN image.document->'dockerImageManifests' ELSE '[]' END)
                 AS child(digest text)
         WHERE image.resource = 'images.image.openshift.io' AND image.valid_to = 9223372036854775807
           AND child.digest IS NOT NULL
        ON CONFLICT DO NOTHING
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE list_child');
  }
}
