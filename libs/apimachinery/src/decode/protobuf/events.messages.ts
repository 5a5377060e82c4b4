/** Field numbers and types of Kubernetes' protobuf messages (facts of the published `generated.proto`); notation: message-fields.ts. */
export const eventsMessages: Readonly<Record<string, string>> = {
  'events.v1': `
Event metadata:meta.v1.ObjectMeta=1 eventTime:meta.v1.MicroTime=2 series:EventSeries=3 reportingController=4
  reportingInstance=5 action=6 reason=7 regarding:core.v1.ObjectReference=8 related:core.v1.ObjectReference=9
  note=10 type=11 deprecatedSource:core.v1.EventSource=12 deprecatedFirstTimestamp:meta.v1.Time=13
  deprecatedLastTimestamp:meta.v1.Time=14 deprecatedCount:int32=15
EventSeries count:int32=1 lastObservedTime:meta.v1.MicroTime=2
`,
};
