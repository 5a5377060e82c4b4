import { z } from 'zod';

/** Fields that several events share. Nested objects are loose, so that old consumers meet new fields without harm. */
export const position = z
  .string()
  .optional()
  .describe("Place in the owner's change log, a decimal number. Events of one owner are ordered by it.");
export const namespace = z.string().describe('Namespace of the image stream.');
export const stream = z.string().describe('Name of the image stream.');
export const tag = z.string().describe('Name of the tag.');
export const image = z.string().describe('Digest of the manifest or index; empty for a tag that is a mere reference.');
export const previousImage = image.optional().describe('Digest the tag pointed at before; absent for a new tag.');
export const generation = z.number().int().describe('A field of the API; it orders nothing.');
export const by = z.string().describe('User name of who caused it; system:faktorz:<service> for background work.');
export const uid = z.string().describe('uid of the object, so that one made anew under the same name is told apart.');

export const importPolicy = z.looseObject({
  insecure: z.boolean().optional(),
  scheduled: z.boolean().optional(),
  importMode: z.enum(['Legacy', 'PreserveOriginal']).optional(),
});

export const referencePolicy = z.looseObject({ type: z.enum(['Source', 'Local']) });

/** Which of one import's results an event is: they are applied together. */
export const resultPlace = {
  importId: z.string().describe('The import this result belongs to.'),
  item: z.number().int().min(0).describe('Index of this result within its import.'),
  items: z.number().int().min(1).describe('Number of results of the import; it is complete when all were seen.'),
  resultsUrl: z.string().describe('Where the owner hands out all results of the import (ImportResults) as JSON.'),
};
