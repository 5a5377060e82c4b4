import { Injectable } from '@nestjs/common';
import {
  conflict,
  type HandlerAnswer,
  type KubeObject,
  notFound,
  type RequestContext,
  type ResourceHandlers,
  success,
} from '@faktorz/apimachinery';
import { TRIGGERS_GROUP } from '../cluster/cluster.js';
import { RecordReplays } from './record-replays.js';
import { recordNumber } from './trigger-record.js';
import { TRIGGER_RECORDS } from './trigger-record.resource.js';

/** The subresource `replay` of trigger records: a POST has the object looked at again. */
@Injectable()
export class RecordReplayHandlers implements ResourceHandlers<KubeObject> {
  constructor(private readonly replays: RecordReplays) {}

  async create(_replay: KubeObject, { namespace = '', name = '', dryRun }: RequestContext): Promise<HandlerAnswer> {
    const key = recordNumber(name);
    if (!key) throw notFound(TRIGGER_RECORDS, TRIGGERS_GROUP, name);
    const outcome = dryRun ? 'replayed' : await this.replays.replay({ namespace, ...key });
    if (outcome === 'no such record') throw notFound(TRIGGER_RECORDS, TRIGGERS_GROUP, name);
    if (outcome !== 'replayed') throw conflict(TRIGGER_RECORDS, TRIGGERS_GROUP, name, outcome);
    const message = 'the object is looked at again';
    return {
      status: 201,
      body: { ...success({ name, group: TRIGGERS_GROUP, kind: TRIGGER_RECORDS }), message, code: 201 },
    };
  }
}
