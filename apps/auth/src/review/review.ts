import type { KubeObject } from '@faktorz/apimachinery';
import type { AccessAttributes, Identity } from '@faktorz/domain';

export const AUTHENTICATION_GROUP = 'authentication.k8s.io';
export const AUTHORIZATION_GROUP = 'authorization.k8s.io';
export const OPENSHIFT_AUTHORIZATION_GROUP = 'authorization.openshift.io';

export interface ResourceAttributes {
  namespace?: string;
  verb?: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  name?: string;
}

export interface AccessReviewSpec {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: { path?: string; verb?: string };
  user?: string;
  groups?: string[];
  uid?: string;
  extra?: Record<string, string[]>;
}

export interface AccessReview extends KubeObject {
  spec: AccessReviewSpec;
  status?: { allowed: boolean; reason?: string; evaluationError?: string };
}

/** A user as reviews show it. */
export interface UserInfo {
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
}

export function userInfoOf({ user, uid, groups, extra }: Identity): UserInfo {
  return { username: user, ...(uid && { uid }), ...(groups.length > 0 && { groups }), ...(extra && { extra }) };
}

/** The identity a review asks about. */
export function subjectOf({ user = '', groups = [], uid, extra }: AccessReviewSpec): Identity {
  return { user, groups, ...(uid && { uid }), ...(extra && { extra }) };
}

/** The question of a review. Undefined when it names neither a resource nor a path. */
export function attributesOf({
  resourceAttributes,
  nonResourceAttributes,
}: AccessReviewSpec): AccessAttributes | undefined {
  if (resourceAttributes) {
    const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = resourceAttributes;
    return { verb, group, resource, subresource, namespace, name };
  }
  if (!nonResourceAttributes) return undefined;
  const { verb = '', path = '' } = nonResourceAttributes;
  return { verb, path, group: '', resource: '', subresource: '', namespace: '', name: '' };
}
