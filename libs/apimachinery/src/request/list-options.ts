import type { FieldError } from '../resource-definition.js';
import type { FieldSelector, LabelSelector } from '../selectors.js';
import { parseFieldSelector } from '../selection/field-selector.js';
import { parseLabelSelector } from '../selection/label-selector.js';
import { badRequest, invalidOptions } from '../status/errors.js';
import { supportedValues } from '../status/field-errors.js';
import { integerOf, isTrue } from './query-options.js';

export type VersionMatch = 'Exact' | 'NotOlderThan';

/** Query parameters of a list or watch (Kubernetes ListOptions). */
export interface ListOptions {
  labels: LabelSelector;
  fields: FieldSelector;
  isWatch: boolean;
  /** Absent: the newest state is asked for. `0n`: any state will do. */
  resourceVersion?: bigint;
  versionMatch?: VersionMatch;
  /** At most so many items; absent: all. */
  limit?: number;
  continueToken?: string;
  timeoutSeconds?: number;
  allowsBookmarks: boolean;
  sendInitialEvents?: boolean;
}

/** Reads and checks the parameters of a list or watch. Throws BadRequest (400) or Invalid (422) in Kubernetes' words. */
export function parseListOptions(query: URLSearchParams, isLegacyWatch = false): ListOptions {
  const isWatch = isLegacyWatch || isTrue(query.get('watch'));
  const match = query.get('resourceVersionMatch') ?? '';
  const continueToken = query.get('continue') || undefined;
  const initialEvents = query.get('sendInitialEvents');
  const options: Asked = {
    match,
    versionText: query.get('resourceVersion') ?? '',
    continueToken,
    sendInitialEvents: initialEvents === null || initialEvents === '' ? undefined : isTrue(initialEvents),
  };
  const errors = isWatch ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) throw invalidOptions('ListOptions', errors);
  if (continueToken !== undefined && options.versionText !== '' && options.versionText !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const limit = integerOf(query, 'limit');
  return {
    labels: parseLabelSelector(query.get('labelSelector') ?? ''),
    fields: parseFieldSelector(query.get('fieldSelector') ?? ''),
    isWatch,
    resourceVersion: parseResourceVersion(options.versionText),
    versionMatch: match === '' ? undefined : (match as VersionMatch),
    limit: limit !== undefined && limit > 0 ? limit : undefined,
    continueToken,
    timeoutSeconds: integerOf(query, 'timeoutSeconds'),
    allowsBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: options.sendInitialEvents,
  };
}

/** Reads a `resourceVersion`; undefined where none is given. Throws BadRequest. */
export function parseResourceVersion(text: string): bigint | undefined {
  if (text === '') return undefined;
  if (!/^\d+$/.test(text)) throw notAVersion(text, 'invalid syntax');
  if (text.length > 20 || BigInt(text) >= 2n ** 64n) throw notAVersion(text, 'value out of range');
  return BigInt(text);
}

function notAVersion(text: string, why: string): Error {
  const shown = JSON.stringify(text);
  return badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: ${why}`,
  );
}

interface Asked {
  match: string;
  versionText: string;
  continueToken?: string;
  sendInitialEvents?: boolean;
}

function listErrors({ match, versionText, continueToken, sendInitialEvents }: Asked): FieldError[] {
  const errors: FieldError[] = [];
  if (match !== '') {
    if (versionText === '')
      errors.push(matchForbidden('resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (continueToken !== undefined) errors.push(matchForbidden('resourceVersionMatch is forbidden with continue'));
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(matchNotSupported(match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && versionText === '0') {
      errors.push(matchForbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (sendInitialEvents !== undefined) {
    errors.push({ field: 'sendInitialEvents', type: 'Forbidden', detail: 'sendInitialEvents is forbidden for list' });
  }
  return errors;
}

function watchErrors({ match, continueToken, sendInitialEvents }: Asked): FieldError[] {
  const errors: FieldError[] = [];
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(matchForbidden('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match !== '') {
    if (sendInitialEvents === undefined) {
      errors.push(matchForbidden('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
    }
    if (match !== 'NotOlderThan') errors.push(matchNotSupported(match, ['NotOlderThan']));
    if (continueToken !== undefined) errors.push(matchForbidden('resourceVersionMatch is forbidden with continue'));
  }
  return errors;
}

function matchForbidden(detail: string): FieldError {
  return { field: 'resourceVersionMatch', type: 'Forbidden', detail };
}

function matchNotSupported(value: string, values: readonly string[]): FieldError {
  return { field: 'resourceVersionMatch', type: 'NotSupported', value, detail: supportedValues(values) };
}
