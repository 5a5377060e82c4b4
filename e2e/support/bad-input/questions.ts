import fc from 'fast-check';
import { encoded, hostileText } from './hostile.js';

/** Values for parameters: some right, most not. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  labelSelector: ['a=b', 'a in (b', 'a,,b', '!', '=', 'a==b,c!=d', 'a in ()', 'a notin (b,c)', 'x'.repeat(400), 'a=b='],
  fieldSelector: ['metadata.name=sample', 'metadata.name', '=', 'a=b', 'metadata.name=a,metadata.name=b', 'metadata.name!=x', 'metadata.name=\\', '__proto__=x', 'constructor=x'],
  limit: ['1', '0', '-1', '999999999999999', '9223372036854775808', '1.5', '1e3', '0x10', ' 1'],
  resourceVersion: ['0', '1', '-1', '00', '9223372036854775807', '9223372036854775808', '18446744073709551615', '18446744073709551616', '1.0', 'latest', '٣'],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'exact', 'Newer'],
  timeoutSeconds: ['1', '0', '-1', '99999999999', '1e9', 'soon'],
  allowWatchBookmarks: ['true', 'false', '2', 'yes'],
  sendInitialEvents: ['true', 'false', 'maybe'],
  timeout: ['1s', '10ms', '-1s', '1h', '1', '99999999999999h', '1ns', '0', 's'],
  pretty: ['true', '1', 'x'],
  includeObject: ['None', 'Metadata', 'Object', 'All'],
  dryRun: ['All', 'None', 'all', 'All,All'],
  fieldManager: ['me', 'x'.repeat(129), '\u0001', 'a/b'],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'strict'],
  force: ['true', 'false', 'hard'],
  gracePeriodSeconds: ['0', '-1', '99999999999999999999', 'x'],
  propagationPolicy: ['Background', 'Foreground', 'Orphan', 'Sideways'],
  orphanDependents: ['true', 'false', 'x'],
  colour: ['green'],
  __proto__: ['x'],
  constructor: ['x'],
}; // prettier-ignore

const forgedContinue: fc.Arbitrary<string> = fc
  .record(
    {
      v: fc.oneof(fc.constant('meta.k8s.io/v1'), hostileText),
      rv: fc.oneof(
        fc.constantFrom<string | number>('1', '0', '-1', 3, '9223372036854775807', '99999999999999999999'),
        hostileText,
      ),
      start: fc.oneof(fc.constantFrom('bad-input/sample', '/sample', 'a/b/c', '/', ''), hostileText),
    },
    { requiredKeys: [] },
  )
  .map((token) => Buffer.from(JSON.stringify(token)).toString('base64url'));

function valueOf(name: string): fc.Arbitrary<string> {
  const good = VALUES[name] ?? [];
  const texts = hostileText.map((text) => encoded(text));
  const broken = fc.constantFrom('%', '%zz', '%ff', '%00', '%c0%80', '+', '&', '=', '%25');
  const own = good.length > 0 ? [{ weight: 6, arbitrary: fc.constantFrom(...good).map(encoded) }] : [];
  return fc.oneof(...own, { weight: 2, arbitrary: texts }, { weight: 1, arbitrary: broken });
}

const parameter = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...names).chain((name) => valueOf(name).map((value) => `${name}=${value}`));

/** A query of some of these parameters, values good and bad; empty or `?…`. */
export function queryOf(names: readonly string[], always: readonly string[] = []): fc.Arbitrary<string> {
  return fc.array(parameter(names), { maxLength: 4 }).map((pairs) => {
    const all = [...pairs, ...always];
    return all.length === 0 ? '' : `?${all.join('&')}`;
  });
}

const PAGING = ['limit', 'resourceVersion', 'resourceVersionMatch', 'labelSelector', 'fieldSelector', 'timeoutSeconds'];
const OTHERS = ['timeout', 'pretty', 'includeObject', 'colour', '__proto__', 'constructor'];

export const listQuery: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: queryOf([...PAGING, ...OTHERS, 'sendInitialEvents', 'continue']) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(queryOf(PAGING, ['limit=1']), forgedContinue)
      .map(([query, token]) => `${query}&continue=${token}`),
  },
);
/** A watch that would go on lives a second at most, unless it says otherwise. */
export const watchQuery: fc.Arbitrary<string> = queryOf(
  [...PAGING, ...OTHERS, 'sendInitialEvents', 'allowWatchBookmarks', 'continue'],
  ['watch=true', 'timeoutSeconds=1'],
);
export const writeQuery: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('?dryRun=All', '?dryRun=All&fieldValidation=Strict') },
  { weight: 1, arbitrary: fc.constantFrom('', '?fieldValidation=Strict', '?fieldValidation=Ignore') },
  { weight: 1, arbitrary: queryOf(['fieldManager', 'fieldValidation', 'dryRun', 'force', ...OTHERS]) },
);
/** Always a dry run: the samples stay. */
export const deleteQuery: fc.Arbitrary<string> = queryOf(
  ['gracePeriodSeconds', 'propagationPolicy', 'orphanDependents', ...PAGING, ...OTHERS],
  ['dryRun=All'],
);

export const acceptHeader: fc.Arbitrary<string> = fc.constantFrom(
  'application/json',
  '*/*',
  '',
  ',,,',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v9;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/yaml',
  'application/yaml;as=Table;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf',
  'application/json;stream=watch',
  'text/html',
  'application/json;q=abc',
  ';;;=',
  'a/b/c',
  `application/json${';x=y'.repeat(2000)}`,
);
