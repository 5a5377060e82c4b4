import { z } from 'zod';

/** A Kubernetes `Status` as it stands inside import results: always with an (empty) `metadata`, never with kind and apiVersion. */
export const ImportStatus = z.object({
  metadata: z.record(z.string(), z.unknown()),
  status: z.enum(['Success', 'Failure']),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .looseObject({
      name: z.string().optional(),
      group: z.string().optional(),
      kind: z.string().optional(),
      causes: z
        .array(
          z.object({ reason: z.string().optional(), message: z.string().optional(), field: z.string().optional() }),
        )
        .optional(),
      retryAfterSeconds: z.number().optional(),
    })
    .optional(),
  code: z.number().int().optional(),
});
export type ImportStatus = z.infer<typeof ImportStatus>;

type Details = NonNullable<ImportStatus['details']>;

/** Everything went well. */
export function importSucceeded(): ImportStatus {
  return { metadata: {}, status: 'Success' };
}

/** The registry has no such image or repository. `reference` is the normalised text, of a repository without tag. */
export function imageNotFound(reference: string): ImportStatus {
  const details = { name: reference, group: 'image.openshift.io', kind: 'dockerimage' };
  return failure(404, 'NotFound', `dockerimage.image.openshift.io ${quoted(reference)} not found`, details);
}

/** The registry wants (other) credentials. */
export function imageUnauthorized(reference: string): ImportStatus {
  return failure(401, 'Unauthorized', `you may not have access to the container image ${quoted(reference)}`);
}

/** The registry said that name and password do not belong together. The import is then tried without credentials. */
export function incorrectPassword(reference: string): ImportStatus {
  return failure(401, 'Unauthorized', `incorrect username or password for image ${quoted(reference)}`);
}

/** May repeating the import without credentials help? */
export function isIncorrectPassword(status: ImportStatus): boolean {
  return status.reason === 'Unauthorized' && (status.message ?? '').includes('username or password');
}

/** The cluster's configuration forbids this registry. */
export function registryBlocked(host: string): ImportStatus {
  return failure(403, 'Forbidden', `forbidden: registry ${host} blocked`, {});
}

/** The allow-list does not name this registry. */
export function registryForbidden(message: string): ImportStatus {
  return failure(403, 'Forbidden', message, {});
}

/** The host answers, but not as a registry. */
export function notV2Registry(registry: string): ImportStatus {
  return failure(404, 'NotV2Registry', `registry ${quoted(registry)} does not offer the v2 registry API`);
}

/** Anything else that went wrong with one image: TLS, DNS, time limits, 5xx, unreadable answers. */
export function importInternalError(reference: string, problem: string): ImportStatus {
  return internalError(`${reference}: ${problem}`);
}

/** Every mirror failed. */
export function mirrorsFailed(problems: readonly string[]): ImportStatus {
  return internalError(problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`);
}

/** An item's `from.name` is no image reference. `field` is its path, e.g. `from.name`. */
export function invalidImageName(name: string, problem: string, field = 'from.name'): ImportStatus {
  const message = `Invalid value: ${quoted(name)}: invalid name: ${problem}`;
  return failure(422, 'Invalid', `${quoted('')} is invalid: ${field}: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  });
}

/** The status of a repository some of whose images failed. */
export function repositorySummary(failed: number): ImportStatus {
  if (failed === 0) return importSucceeded();
  const which = failed === 1 ? 'one of the images' : `${failed} of the images`;
  return {
    metadata: {},
    status: 'Failure',
    message: `${which} from this repository failed to import`,
    reason: 'ImportFailed',
  };
}

function internalError(problem: string): ImportStatus {
  return failure(500, 'InternalError', `Internal error occurred: ${problem}`, { causes: [{ message: problem }] });
}

function failure(code: number, reason: string, message: string, details?: Details): ImportStatus {
  return { metadata: {}, status: 'Failure', message, reason, ...(details && { details }), code };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
