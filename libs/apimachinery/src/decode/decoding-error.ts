/** The bytes do not say what the type asks for; its message uses the words of Kubernetes' decoders. */
export class DecodingError extends Error {
  override readonly name = 'DecodingError';
}
