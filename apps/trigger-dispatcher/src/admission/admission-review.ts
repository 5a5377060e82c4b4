import { type ApiError, badRequest, statusOf } from '@faktorz/apimachinery';
import { z } from 'zod';

/**
 * What an API server asks of an admission webhook: k8s.io/api/admission/v1, as far as images are concerned.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
 */
const object = z.looseObject({
  metadata: z
    .looseObject({
      annotations: z.record(z.string(), z.string()).nullish(),
      ownerReferences: z.array(z.looseObject({ controller: z.boolean().nullish() })).nullish(),
    })
    .default({}),
});

const review = z.looseObject({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.looseObject({
    uid: z.string().min(1),
    kind: z.looseObject({ group: z.string().default(''), kind: z.string() }).optional(),
    name: z.string().default(''),
    operation: z.string(),
    resource: z.looseObject({ group: z.string().default(''), version: z.string(), resource: z.string() }),
    subResource: z.string().default(''),
    namespace: z.string().default(''),
    object: object.nullish(),
    oldObject: object.nullish(),
  }),
});

export type AdmissionRequest = z.infer<typeof review>['request'];
export type AdmittedObject = z.infer<typeof object>;

/** One operation of a JSON patch. */
export interface PatchOperation {
  op: 'add' | 'replace';
  path: string;
  value: string;
}

/** The question in a body. Throws BadRequest, which names the field. */
export function readAdmissionReview(body: unknown): AdmissionRequest {
  const result = review.safeParse(body);
  if (result.success) return result.data.request;
  const [issue] = result.error.issues;
  const field = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  throw badRequest(`the body is no AdmissionReview of admission.k8s.io/v1: ${field}${issue?.message ?? ''}`);
}

/** Lets the object pass, with these changes. */
export function admitted(uid: string, patch: readonly PatchOperation[]): object {
  const patched = {
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  };
  return answer({ uid, allowed: true, ...(patch.length > 0 && patched) });
}

/** Refuses the object: the API server hands the words and the code on to its client. */
export function refused(uid: string, why: ApiError): object {
  return answer({ uid, allowed: false, status: statusOf(why) });
}

function answer(response: object): object {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}
