import type { DeleteOptions, FieldError } from '../resource-definition.js';
import { invalidOptions } from '../status/errors.js';
import { supportedValues } from '../status/field-errors.js';
import { dryRunErrors, integerOf, isTrue } from './query-options.js';

const POLICIES = ['Foreground', 'Background', 'Orphan'] as const;
type PropagationPolicy = (typeof POLICIES)[number];

/**
 * The options of a DELETE that come in the query, for requests without a body (Kubernetes ignores them where there is
 * one, all but `dryRun`). Throws BadRequest for unreadable values and Invalid for those out of range.
 */
export function parseDeleteQuery(query: URLSearchParams): DeleteOptions {
  const policy = query.get('propagationPolicy') ?? '';
  const orphans = query.get('orphanDependents') ?? '';
  const errors: FieldError[] = [];
  if (policy !== '' && !isPolicy(policy)) {
    errors.push({
      field: 'propagationPolicy',
      type: 'NotSupported',
      value: policy,
      detail: supportedValues([...POLICIES, 'nil']),
    });
  }
  if (policy !== '' && orphans !== '') {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    errors.push({ field: 'propagationPolicy', type: 'Invalid', value: policy, detail });
  }
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  const options: DeleteOptions = {};
  const gracePeriodSeconds = integerOf(query, 'gracePeriodSeconds');
  if (gracePeriodSeconds !== undefined) options.gracePeriodSeconds = gracePeriodSeconds;
  if (isPolicy(policy)) options.propagationPolicy = policy;
  else if (orphans !== '') options.propagationPolicy = isTrue(orphans) ? 'Orphan' : 'Background';
  return options;
}

/** Does the query ask for a dry run? Throws Invalid for values other than `All`. */
export function isDryRunQuery(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun').filter((value) => value !== '');
  const errors = dryRunErrors(values);
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  return values.length > 0;
}

function isPolicy(text: string): text is PropagationPolicy {
  return POLICIES.some((known) => known === text);
}
