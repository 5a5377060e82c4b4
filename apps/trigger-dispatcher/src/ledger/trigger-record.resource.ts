import { Injectable } from '@nestjs/common';
import {
  fixedValue,
  type ListPage,
  type ListQuery,
  nameColumn,
  notFound,
  type ObjectKey,
  type RequestContext,
  type ResourceHandlers,
  type SelectableFields,
  shortAge,
  type TableColumn,
} from '@faktorz/apimachinery';
import { ChangeLog } from '@faktorz/persistence';
import { TRIGGERS_GROUP } from '../cluster/cluster.js';
import { unversionedList } from '../listing/unversioned-list.js';
import { targetOf } from '../targets/index.js';
import { apiVersionOf } from '../targets/target.js';
import { recordNumber, type TriggerRecord, triggerRecord, type TriggerRecordRow } from './trigger-record.js';
import { type RecordCursor, type RecordFilter, TriggerRecordReader } from './trigger-record.reader.js';

export const TRIGGER_RECORDS = 'triggerrecords';

/** What field selectors may name. */
export const triggerRecordFields: SelectableFields<TriggerRecord> = {
  'spec.streamNamespace': ({ spec }) => spec.streamNamespace,
  'spec.stream': ({ spec }) => spec.stream,
  'spec.tag': ({ spec }) => spec.tag,
  'spec.target.cluster': ({ spec }) => spec.target.cluster ?? '',
  'spec.target.kind': ({ spec }) => spec.target.kind,
  'spec.target.name': ({ spec }) => spec.target.name,
  'status.phase': ({ status }) => status.phase,
  'status.reason': ({ status }) => status.reason ?? '',
};

/**
 * The verbs of the ledger: reading it. Its records have no versions, so that a list shows what there is while it is read; its
 * `resourceVersion` is the log's head, and pages are found again by the last name.
 */
@Injectable()
export class TriggerRecordHandlers implements ResourceHandlers<TriggerRecord> {
  constructor(
    private readonly log: ChangeLog,
    private readonly reader: TriggerRecordReader,
  ) {}

  async get({ namespace = '', name = '' }: RequestContext): Promise<TriggerRecord> {
    const key = recordNumber(name);
    const row = key && (await this.reader.find({ namespace, ...key }));
    if (!row) throw notFound(TRIGGER_RECORDS, TRIGGERS_GROUP, name);
    return shown(row);
  }

  async list(query: ListQuery): Promise<ListPage<TriggerRecord>> {
    const filter = filterOf(query);
    return unversionedList(query, {
      position: await this.log.head(),
      fields: triggerRecordFields,
      cursorOf,
      page: (after, limit) => this.reader.page(filter, after, limit),
      show: shown,
    });
  }
}

function shown(row: TriggerRecordRow): TriggerRecord {
  const target = targetOf(row.resource);
  return triggerRecord(row, { apiVersion: apiVersionOf(target), kind: target.kind });
}

/** What the database can look for; the list looks at all of it. */
function filterOf({ namespace, fields = [] }: ListQuery): RecordFilter {
  const [streamNamespace, stream, tag] = ['spec.streamNamespace', 'spec.stream', 'spec.tag'].map((field) =>
    fixedValue(fields, field),
  );
  const whole = streamNamespace !== undefined && stream !== undefined ? `${streamNamespace}/${stream}` : undefined;
  return {
    namespace,
    name: fixedValue(fields, 'spec.target.name'),
    phase: fixedValue(fields, 'status.phase'),
    ...(tag !== undefined && whole !== undefined ? { tag: `${whole}:${tag}` } : { stream: whole }),
  };
}

function cursorOf(after: ObjectKey | undefined): RecordCursor | undefined {
  const key = after && recordNumber(after.name);
  return key && { namespace: after.namespace ?? '', ...key };
}

export const triggerRecordColumns: readonly TableColumn<TriggerRecord>[] = [
  nameColumn,
  {
    name: 'Object',
    type: 'string',
    description: 'The object that names the tag.',
    cell: ({ spec: { target } }) =>
      `${target.cluster === undefined ? '' : `${target.cluster}: `}${target.kind}/${target.name}`,
  },
  { name: 'Tag', type: 'string', description: 'The tag that was changed.', cell: ({ spec }) => tagText(spec) },
  { name: 'Phase', type: 'string', description: 'What became of it.', cell: ({ status }) => status.phase },
  { name: 'Reason', type: 'string', description: 'Why it is so.', cell: ({ status }) => status.reason ?? '' },
  {
    name: 'Changed',
    type: 'string',
    description: 'How long ago the tag was changed.',
    cell: ({ spec: { change } }, now) =>
      change.time === undefined ? '' : shortAge(now.getTime() - Date.parse(change.time)),
  },
  {
    name: 'Image',
    type: 'string',
    description: 'What the tag pointed at.',
    priority: 1,
    cell: ({ spec }) => spec.image ?? '',
  },
  {
    name: 'By',
    type: 'string',
    description: 'Who changed the tag.',
    priority: 1,
    cell: ({ spec }) => spec.change.by ?? '',
  },
  {
    name: 'Message',
    type: 'string',
    description: 'The reason in words.',
    priority: 1,
    cell: ({ status }) => status.message ?? '',
  },
];

function tagText({ streamNamespace, stream, tag }: TriggerRecord['spec']): string {
  return `${streamNamespace}/${stream}:${tag}`;
}
