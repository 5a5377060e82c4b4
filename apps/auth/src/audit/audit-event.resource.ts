import { nameColumn, notFound, type ResourceDefinition, type SelectableFields } from '@faktorz/apimachinery';
import { textColumn } from '../schema/columns.js';
import { int64, kindSchemas, object, optionalPart, text, texts, time } from '../schema/schema-words.js';
import { virtualDefinition } from '../schema/stored-definition.js';
import { AUTH_GROUP } from '../token/user-token.js';
import { describeObject, type AuditEvent } from './audit-event.js';
import type { AuditStore } from './audit.store.js';

const SCHEMA = 'io.faktorz.auth.v1.AuditEvent';
const FIELDS: SelectableFields<AuditEvent> = {
  user: ({ user }) => user,
  verb: ({ verb }) => verb,
  decision: ({ decision }) => decision,
  'object.group': (event) => event.object?.group ?? '',
  'object.resource': (event) => event.object?.resource ?? '',
  'object.namespace': (event) => event.object?.namespace ?? '',
  'object.name': (event) => event.object?.name ?? '',
};

/** auth.faktorz.io/v1 auditevents: every write and every refusal, as the public door saw it. */
export function auditEventResource(store: AuditStore): ResourceDefinition {
  return virtualDefinition<AuditEvent>({
    group: AUTH_GROUP,
    kind: 'AuditEvent',
    plural: 'auditevents',
    singular: 'auditevent',
    namespaced: false,
    schema: SCHEMA,
    schemas: {
      ...kindSchemas({
        name: SCHEMA,
        group: AUTH_GROUP,
        kind: 'AuditEvent',
        description: 'A request that changed something or was refused.',
        properties: {
          time: time('When it was answered.'),
          user: text('Who asked; empty for a credential that was not good.'),
          groups: texts('Groups of the user.'),
          impersonatedBy: text('Who really asked, if he acted as somebody else.'),
          verb: text('What was to be done.'),
          object: optionalPart(`${SCHEMA}Object`, 'With what.'),
          path: text('The path, for requests that name no resource.'),
          from: text('Address the request came from.'),
          userAgent: text('The program that sent it.'),
          decision: text('allow or deny.'),
          code: int64('Status of the answer; 0 if there was none.'),
          reason: text('Why it was allowed or refused.'),
        },
      }),
      [`${SCHEMA}Object`]: object('What a request was about.', {
        group: text('API group.'),
        resource: text('Resource.'),
        subresource: text('Subresource.'),
        namespace: text('Namespace.'),
        name: text('Name.'),
      }),
    },
    fields: FIELDS,
    columns: [
      { ...nameColumn, priority: 1 },
      textColumn('Time', 'When it was answered.', (event: AuditEvent) => event.time),
      textColumn('User', 'Who asked.', (event: AuditEvent) => event.user),
      textColumn('Verb', 'What was to be done.', (event: AuditEvent) => event.verb),
      textColumn('Object', 'With what.', describeObject),
      textColumn('From', 'Where the request came from.', (event: AuditEvent) => event.from),
      textColumn('Decision', 'allow or deny.', (event: AuditEvent) => event.decision),
      { ...textColumn('Code', 'Status of the answer.', (event: AuditEvent) => String(event.code)) },
      { ...textColumn('Reason', 'Why.', (event: AuditEvent) => event.reason), priority: 1 },
    ],
    handlers: {
      get: async ({ name = '' }) => {
        const event = await store.get({ name });
        if (!event) throw notFound('auditevents', AUTH_GROUP, name);
        return event;
      },
      list: (query) => store.list(query),
    },
  });
}
