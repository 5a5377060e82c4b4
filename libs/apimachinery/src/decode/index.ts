/** Request bodies to objects: JSON, YAML and Kubernetes protobuf, checked against the kind's schema. Nothing is stored or defaulted here. */
export {
  apiVersionOf,
  decodeBody,
  type DecodeBodyInput,
  type ExpectedKind,
  type FieldValidation,
  strictDecodingError,
} from './decode-body.js';
export { decodeDeleteOptions, type DecodedDeleteOptions } from './delete-options.js';
export { MAX_NESTING } from './parse-json.js';
export { kubernetesMessages } from './protobuf/kubernetes-messages.js';
