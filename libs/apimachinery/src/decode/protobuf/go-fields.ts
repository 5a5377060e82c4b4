/** Fields whose content stands in the parent's JSON, because Go embeds the struct. */
export const EMBEDDED: ReadonlySet<string> = new Set([
  'localObjectReference',
  'volumeSource',
  'handler',
  'ephemeralContainerCommon',
]);

/** Field names that differ between protobuf and JSON. */
export const JSON_NAMES: Readonly<Record<string, string>> = { uID: 'uid' };

/**
 * Fields that Go writes to protobuf even when empty and leaves out of JSON then. Of numbers and booleans only these:
 * elsewhere a zero is a pointer that was set.
 */
export const OMITTED_WHEN_ZERO: ReadonlySet<string> = new Set(
  (
    'generation count hostNetwork hostPID hostIPC stdin stdinOnce tty readOnly hostPort minReadySeconds paused ' +
    'initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold denied replicasReady partition seconds nanos'
  ).split(' '),
);
