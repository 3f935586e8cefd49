import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { Link } from "react-router";
import { api } from "../../api/client.js";
import type { HandlerTest, Tenant, TenantHealth } from "../../api/types.js";
import { useMayChange } from "../../session/session-context.js";
import { Badge, type Tone } from "../../ui/badge.js";
import { ErrorNote } from "../../ui/error-note.js";
import { Button } from "../../ui/fields.js";
import { grouped } from "../../ui/formats.js";
import { Card } from "../../ui/page.js";
import { Loaded } from "../../ui/states.js";
import { Moment } from "../../ui/values.js";

const STATES: Readonly<Record<TenantHealth["state"], readonly [Tone, string, string]>> = {
  quiet: ["good", "nothing waits", "Nothing is on its way to it."],
  waiting: ["good", "delivering", "Messages are on their way, and none of them failed so far."],
  failing: ["bad", "failing", "Attempts fail. They are made again by themselves, farther and farther apart."],
  paused: [
    "bad",
    "can't be reached",
    "Attempts failed with no success between, so that one message at a time is tried, at most 20 seconds apart. Once one is taken, all that waits is sent.",
  ],
  held: [
    "warning",
    "held",
    "It is inactive or has no handler: what comes for it waits, and is sent once that is mended.",
  ],
};

/** How the handler does. */
export function TenantHandlerCard({ tenant }: { readonly tenant: Tenant }): ReactElement {
  const health = useQuery({
    queryKey: ["tenant-health", tenant.id],
    queryFn: () => api.get<TenantHealth>(`/tenants/${tenant.id}/health`),
  });
  const [tone, word] = health.data === undefined ? (["plain", "…"] as const) : STATES[health.data.state];
  return (
    <Card actions={<Badge tone={tone}>{word}</Badge>} title="Handler">
      <Loaded query={health}>
        {(data) => (
          <>
            <p>{STATES[data.state][2]}</p>
            {data.dead === 0 ? null : (
              <p className="note warning">
                Messages for it were given up. See why, mend the handler, and{" "}
                <Link to={`/deliveries?state=dead&tenant_id=${tenant.id}`}>replay them</Link>.
              </p>
            )}
            <dl className="facts">
              <dt>Waiting</dt>
              <dd>
                <Link to={`/deliveries?tenant_id=${tenant.id}`}>
                  {countText(data.waiting, data.more_waiting)}
                </Link>
                {data.oldest_at === null ? null : (
                  <span className="quiet">
                    {" "}
                    the oldest since <Moment at={data.oldest_at} />
                  </span>
                )}
              </dd>
              <dt>Dead letters</dt>
              <dd>
                <Link to={`/deliveries?state=dead&tenant_id=${tenant.id}`}>
                  {countText(data.dead, data.more_dead)}
                </Link>
              </dd>
              {data.last_error === null ? null : (
                <>
                  <dt>Last error</dt>
                  <dd>
                    <code>{data.last_error}</code>
                    {data.state === "failing" || data.state === "paused" ? null : (
                      <span className="quiet"> of what was given up</span>
                    )}
                  </dd>
                </>
              )}
            </dl>
          </>
        )}
      </Loaded>
      <TestHandler tenant={tenant} />
    </Card>
  );
}

function countText(count: number, isMore: boolean): string {
  return isMore ? `more than ${grouped(count)}` : grouped(count);
}

function TestHandler({ tenant }: { readonly tenant: Tenant }): ReactElement {
  const mayChange = useMayChange();
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<HandlerTest>();
  const [error, setError] = useState<unknown>();
  const test = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    setResult(undefined);
    try {
      setResult(await api.post<HandlerTest>(`/tenants/${tenant.id}/test`));
    } catch (fault) {
      setError(fault);
    }
    setBusy(false);
  };
  const isGood = result?.error === null && result.status !== null && result.status < 300;
  return (
    <>
      <div className="actions start">
        <Button
          isDisabled={!mayChange || tenant.url === null}
          isPending={isBusy}
          isSmall
          onPress={() => void test()}
        >
          Send a test event
        </Button>
      </div>
      <div aria-live="polite">
        {result === undefined ? null : (
          <p className={`note ${isGood ? "good" : "error"}`}>
            {result.error ??
              `It answered ${String(result.status)} in ${grouped(result.time_ms)} ms${isGood ? "." : ", and should have answered 2xx."}`}
          </p>
        )}
        {error === undefined ? null : <ErrorNote error={error} />}
      </div>
    </>
  );
}
