import { fieldOf, kindSchema, listSchema, metaSchemas, type SchemaLibrary, structSchema } from '@faktorz/apimachinery';
import { TRIGGERS_GROUP, TRIGGERS_VERSION } from '../cluster/cluster.js';

const named = (kind: string) => `io.faktorz.triggers.v1.${kind}`;
const kinds = (kind: string) => [{ group: TRIGGERS_GROUP, version: TRIGGERS_VERSION, kind }];

export const TRIGGER_RECORD_SCHEMA = named('TriggerRecord');
export const TRIGGER_REPLAY_SCHEMA = named('TriggerReplay');

const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';

/** Schemas of the ledger. */
export const triggerRecordSchemas: SchemaLibrary = {
  ...metaSchemas,
  [TRIGGER_RECORD_SCHEMA]: kindSchema(
    {
      description: 'What became of one change of a tag at one object that names it. Nobody can write it.',
      kinds: kinds('TriggerRecord'),
    },
    {
      spec: fieldOf.part(named('TriggerRecordSpec'), 'Which change, and which object.'),
      status: fieldOf.part(named('TriggerRecordStatus'), 'What became of it.'),
    },
  ),
  [named('TriggerRecordList')]: listSchema(
    'A list of trigger records.',
    TRIGGER_RECORD_SCHEMA,
    kinds('TriggerRecordList'),
  ),
  [named('TriggerRecordSpec')]: structSchema('Which change, and which object.', {
    streamNamespace: fieldOf.requiredText('Namespace of the image stream.'),
    stream: fieldOf.requiredText('Name of the image stream.'),
    tag: fieldOf.requiredText('Name of the tag.'),
    image: fieldOf.text('What the tag pointed at after the change, as it is written into objects.'),
    change: fieldOf.part(named('TagChange'), 'The change of the tag.'),
    target: fieldOf.part(named('TriggerTarget'), 'The object.'),
  }),
  [named('TagChange')]: structSchema('A change of a tag.', {
    eventId: fieldOf.text('Id of its event. Absent where only the state of the tag is known.'),
    time: fieldOf.optionalPart(TIME, 'When the tag was changed.'),
    cause: fieldOf.text('import, push, tag, follow, rollback or deletion.'),
    by: fieldOf.text('Who changed the tag.'),
  }),
  [named('TriggerTarget')]: structSchema('An object that names a tag; its namespace is that of the record.', {
    cluster: fieldOf.text('Name of the Cluster; absent for objects that FaktorZ keeps itself.'),
    apiVersion: fieldOf.requiredText('API version of the object.'),
    kind: fieldOf.requiredText('Kind of the object.'),
    name: fieldOf.requiredText('Name of the object.'),
    uid: fieldOf.requiredText('UID of the object.'),
  }),
  [named('TriggerRecordStatus')]: structSchema('What became of a change at an object.', {
    phase: fieldOf.requiredText(
      'Pending: to be written. Writing: under way. Written: the object got the image. Skipped: nothing is written. Failed: could not be written.',
    ),
    reason: fieldOf.text(
      'Of Skipped: Superseded, Paused, UpToDate, TagMissing, ContainerMissing, InvalidTrigger, HeldBack, TriggerRemoved or ObjectGone. Of Failed: Unreachable or Refused.',
    ),
    message: fieldOf.text('The reason in words.'),
    images: fieldOf.listOf(named('WrittenImage'), 'The images that were set.'),
    resourceVersion: fieldOf.text('Version of the object after the write, where it is known.'),
    attempts: fieldOf.requiredNumber('How often it was tried.', 'int32'),
    restored: fieldOf.optionalNumber('How often the image was set back after somebody had changed it.', 'int32'),
    nextTry: fieldOf.optionalPart(
      TIME,
      'Of Failed, when it is tried again; absent where only a change of the object helps.',
    ),
    started: fieldOf.optionalPart(TIME, 'When the last attempt began.'),
    finished: fieldOf.optionalPart(TIME, 'When it was written, skipped or given up.'),
  }),
  [named('WrittenImage')]: structSchema('An image that was set.', {
    container: fieldOf.requiredText('Name of the container; empty where the image stands in none.'),
    fieldPath: fieldOf.requiredText('The field that was set.'),
    from: fieldOf.requiredText('What it was before.'),
    to: fieldOf.requiredText('What it is now.'),
  }),
  [TRIGGER_REPLAY_SCHEMA]: kindSchema(
    {
      description: 'A wish, without content: that the object of a record be looked at again.',
      kinds: kinds('TriggerReplay'),
    },
    {},
  ),
};
