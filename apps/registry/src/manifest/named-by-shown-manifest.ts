/** Of a `link` to a manifest or blob: does a manifest that its repository shows name it? */
export const NAMED_BY_A_SHOWN_MANIFEST = `EXISTS (
  SELECT FROM manifest_reference JOIN manifest_link shown ON shown.digest = manifest_reference.manifest
   WHERE manifest_reference.digest = link.digest
     AND shown.namespace = link.namespace AND shown.stream = link.stream)`;
