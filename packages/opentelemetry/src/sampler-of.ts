import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from "@opentelemetry/sdk-trace";

/** As `OTEL_TRACES_SAMPLER` names them. Those based on the parent do as whoever began the trace decided. */
export type SamplerName = RootSamplerName | `parentbased_${RootSamplerName}`;
type RootSamplerName = "always_on" | "always_off" | "traceidratio";

export function samplerOf({
  sampler,
  ratio,
}: {
  readonly sampler: SamplerName;
  readonly ratio: number;
}): Sampler {
  switch (sampler) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
    case "parentbased_always_on":
      return basedOnParent("always_on", ratio);
    case "parentbased_always_off":
      return basedOnParent("always_off", ratio);
    case "parentbased_traceidratio":
      return basedOnParent("traceidratio", ratio);
  }
}

function basedOnParent(root: RootSamplerName, ratio: number): Sampler {
  return new ParentBasedSampler({ root: samplerOf({ sampler: root, ratio }) });
}
