import type { Command } from '../command.js';
import { changeMetadata } from '../resources/change-metadata.js';
import { CHOOSING_FLAGS } from '../resources/find-named.js';
import { DRY_RUN_FLAG, OUTPUT_FLAGS } from '../resources/selection-flags.js';

export const command: Command = {
  usage: 'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [options]',
  description: 'Set or remove annotations of objects; KEY- removes one.',
  examples: ['annotate is ruby note=hello', 'annotate istag ruby:2.0 note-'],
  flags: [
    ...CHOOSING_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'overwrite', kind: 'bool', usage: 'Allow to change values that are there.' },
    { name: 'list', kind: 'bool', usage: 'Print what is there.' },
    { name: 'resource-version', kind: 'string', usage: 'Only if the object still has this version.' },
    { name: 'field-manager', kind: 'string', usage: 'Name to record as owner of the fields.' },
  ],
  run: (call) =>
    changeMetadata(call, { verb: 'annotate', field: 'annotations', noun: 'annotation', done: 'annotated' }),
};
