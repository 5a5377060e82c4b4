// Writes docs/events/asyncapi.json from the event definitions: npm run docs -w libs/domain (after a build)
import { writeFile } from 'node:fs/promises';
import { asyncApiDocument } from '../dist/index.js';

await writeFile(
  new URL('../../../docs/events/asyncapi.json', import.meta.url),
  `${JSON.stringify(asyncApiDocument(), null, 2)}\n`,
);
