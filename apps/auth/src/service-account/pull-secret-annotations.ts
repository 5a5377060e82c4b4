/** On a service account: its generated pull secret. */
export const PULL_SECRET_REF = 'openshift.io/internal-registry-pull-secret-ref';
/** On a generated pull secret: the service account it was made for, and how its token ends. */
export const TOKEN_ACCOUNT = 'openshift.io/internal-registry-auth-token.service-account';
export const TOKEN_BINDING = 'openshift.io/internal-registry-auth-token.binding';
