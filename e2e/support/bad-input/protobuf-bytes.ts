import fc from 'fast-check';

/** Kubernetes' envelope (contract of `k8s.io/apimachinery/pkg/runtime.Unknown`) around the bytes of an object. */
export function envelope(apiVersion: string, kind: string, object: Buffer): Buffer {
  const typeMeta = Buffer.concat([field(1, Buffer.from(apiVersion)), field(2, Buffer.from(kind))]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, typeMeta), field(2, object)]);
}

/** An object that has nothing but a name. */
export function namedObject(name: string): Buffer {
  return field(1, field(1, Buffer.from(name)));
}

/** Good bytes cut short, with bytes changed, with lengths that lie, or followed by garbage. */
export function brokenBytes(good: Buffer): fc.Arbitrary<Buffer> {
  return fc.oneof(
    fc.nat(good.length).map((length) => good.subarray(0, length)),
    fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    }),
    fc
      .nat(good.length - 1)
      .map((at) => Buffer.concat([good.subarray(0, at), Buffer.from('ffffffffffffffff7f', 'hex'), good.subarray(at)])),
    fc.uint8Array({ maxLength: 64 }).map((tail) => Buffer.concat([good, tail])),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.concat([Buffer.from('k8s\0'), bytes])),
  );
}

/** Nested as deep as the format allows within a small body. */
export function deepMessage(depth: number): Buffer {
  let message: Buffer = Buffer.alloc(0);
  for (let level = 0; level < depth; level++) message = field(1, message);
  return message;
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
