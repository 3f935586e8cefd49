import { useQuery } from "@tanstack/react-query";
import encodeQr from "qr";
import { useMemo, type ReactElement, type ReactNode } from "react";
import { Link } from "react-router";
import { api } from "../api/client.js";
import type { Overview } from "../api/types.js";
import { useLive } from "../live/live-context.js";
import { useMayChange } from "../session/session-context.js";
import { Badge, type Tone } from "../ui/badge.js";
import { ErrorNote } from "../ui/error-note.js";
import { grouped } from "../ui/formats.js";
import { Card, Page } from "../ui/page.js";
import { Loaded, EmptyState } from "../ui/states.js";
import { Moment, Phone, TenantLink } from "../ui/values.js";

export function OverviewPage(): ReactElement {
  const { overview: live } = useLive();
  // The first picture, while the stream comes up or where a proxy holds it back.
  const first = useQuery({
    queryKey: ["overview"],
    queryFn: () => api.get<Overview>("/overview"),
    enabled: live === undefined,
  });
  const query = live === undefined ? first : { ...first, data: live, isPending: false };
  return (
    <Page title="Overview">
      <Loaded query={query}>{(overview) => <OverviewBody overview={overview} />}</Loaded>
    </Page>
  );
}

function OverviewBody({ overview }: { readonly overview: Overview }): ReactElement {
  const { deliveries, replies, tenants, contacts } = overview;
  const isNew = tenants.all === 0 && contacts === 0;
  return (
    <div className="stack wide">
      <NumberCard overview={overview} />
      {isNew ? <FirstSteps overview={overview} /> : null}
      <div className="figures">
        <Figure label="Contacts" to="/contacts" value={contacts} />
        <Figure label="Active tenants" to="/tenants" value={tenants.active}>
          of {grouped(tenants.all)}
        </Figure>
        <Figure label="Waiting" to="/deliveries" value={deliveries.pending + replies.pending}>
          {deliveries.oldest_at === null ? (
            "nothing is held up"
          ) : (
            <>
              oldest: <Moment at={deliveries.oldest_at} isAgo />
            </>
          )}
        </Figure>
        <Figure
          isBad={deliveries.dead + replies.dead > 0}
          label="Dead letters"
          to="/deliveries?state=dead"
          value={deliveries.dead + replies.dead}
        >
          {deliveries.dead + replies.dead > 0 ? "look, and replay" : "none given up"}
        </Figure>
      </div>
      {deliveries.paused_tenants > 0 || deliveries.held_tenants > 0 ? (
        <div className="note warning">
          <p>
            <strong>{troubleText(overview)}</strong> What comes for them waits.{" "}
            <Link to="/deliveries">See what waits</Link>
          </p>
        </div>
      ) : null}
      <div className="columns">
        <Card title="Messages per minute">
          <Rate perMinute={overview.messages_per_minute} />
        </Card>
        <Card title="Grew this week">
          <GrowthList overview={overview} />
        </Card>
      </div>
    </div>
  );
}

function troubleText({ deliveries: { paused_tenants: paused, held_tenants: held } }: Overview): string {
  const parts = [
    ...(paused > 0 ? [`${count(paused, "tenant")} can't be reached`] : []),
    ...(held > 0
      ? [`${count(held, "tenant")} ${held === 1 ? "is" : "are"} inactive or without a handler`]
      : []),
  ];
  return `${parts.join(", and ")}.`;
}

function count(number: number, word: string): string {
  return `${grouped(number)} ${word}${number === 1 ? "" : "s"}`;
}

function Figure(props: {
  readonly label: string;
  readonly value: number;
  readonly to: string;
  readonly isBad?: boolean;
  readonly children?: ReactNode;
}): ReactElement {
  const { label, value, to, isBad = false, children } = props;
  return (
    <Link className={`figure${isBad ? " bad" : ""}`} to={to}>
      <span className="figure-label">{label}</span>
      <strong>{grouped(value)}</strong>
      <span className="quiet">{children}</span>
    </Link>
  );
}

const SESSION_WORDS: Readonly<Record<string, readonly [Tone, string]>> = {
  WORKING: ["good", "Connected to WhatsApp"],
  SCAN_QR_CODE: ["warning", "Waits for a phone to be paired"],
  STARTING: ["warning", "Starting"],
  FAILED: ["bad", "Failed"],
  STOPPED: ["bad", "Stopped"],
  MISSING: ["bad", "Not set up"],
  UNREACHABLE: ["bad", "WAHA does not answer"],
  unknown: ["plain", "Not known yet"],
};

const WEBHOOK_WORDS: Readonly<Record<string, string>> = {
  missing: "The WAHA session does not send its messages here.",
  differs: "The WAHA session does not send its messages here as the gateway needs them.",
};

function NumberCard({ overview }: { readonly overview: Overview }): ReactElement {
  const { waha, phone_number: digits } = overview;
  const [tone, words] = SESSION_WORDS[waha.session] ?? (["warning", waha.session] as const);
  const webhookFault = WEBHOOK_WORDS[waha.webhook];
  return (
    <Card actions={<Badge tone={tone}>{words}</Badge>} title="The shared number">
      <div className="number-card">
        <div>
          <p className="big-number">{digits === null ? "Not known yet" : <Phone digits={digits} />}</p>
          <p className="quiet">
            {waha.since === null ? null : (
              <>
                {words} since <Moment at={waha.since} />.{" "}
              </>
            )}
            {waha.last_message_at === null ? (
              "No message came in since the gateway started."
            ) : (
              <>
                Last message <Moment at={waha.last_message_at} isAgo />.
              </>
            )}
          </p>
          {waha.fault === null || waha.session === "SCAN_QR_CODE" ? null : (
            <p className="note warning">{waha.fault}</p>
          )}
          {waha.session === "WORKING" && webhookFault !== undefined ? (
            <p className="note warning">
              {webhookFault} To set it up, run: <code>npx gateway deploy</code>
            </p>
          ) : null}
        </div>
        {waha.session === "SCAN_QR_CODE" ? <PairingQr /> : null}
      </div>
    </Card>
  );
}

const QR_EVERY_MS = 5_000;

function PairingQr(): ReactElement {
  const mayChange = useMayChange();
  const qr = useQuery({
    queryKey: ["waha-qr"],
    queryFn: () => api.get<{ readonly value: string }>("/waha/qr"),
    refetchInterval: QR_EVERY_MS,
    enabled: mayChange,
    retry: false,
  });
  if (!mayChange) {
    return (
      <p className="note warning">
        A phone has to be paired by its QR code. Your key may only read: ask somebody whose key has the role
        admin.
      </p>
    );
  }
  return (
    <div className="pairing">
      {qr.data === undefined ? (
        qr.error === null ? null : (
          <ErrorNote error={qr.error} hint="It is tried again by itself." />
        )
      ) : (
        <QrCode label="QR code that pairs the phone" text={qr.data.value} />
      )}
      <ol>
        <li>Open WhatsApp on the phone of the shared number.</li>
        <li>Choose Settings, Linked devices, Link a device.</li>
        <li>Point the phone at this code. It changes every 20 seconds.</li>
      </ol>
    </div>
  );
}

export function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const modules = useMemo(() => encodeQr(text, "raw", { ecc: "medium", border: 4 }), [text]);
  const path = modules
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("");
  return (
    <svg
      aria-label={label}
      className="qr"
      role="img"
      shapeRendering="crispEdges"
      viewBox={`0 0 ${modules.length} ${modules.length}`}
    >
      <rect fill="#fff" height={modules.length} width={modules.length} />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** Bars of the last hour, a minute each. */
function Rate({ perMinute }: { readonly perMinute: readonly number[] }): ReactElement {
  const whole = perMinute.slice(0, -1);
  const most = Math.max(1, ...perMinute);
  const total = perMinute.reduce((sum, each) => sum + each, 0);
  const lastWhole = whole.at(-1) ?? 0;
  return (
    <>
      <p>
        <strong className="rate">{grouped(perMinute.at(-1) ?? 0)}</strong> in this minute so far,{" "}
        {grouped(lastWhole)} in the one before
      </p>
      <svg
        aria-label={`${grouped(total)} messages in the last hour, ${grouped(most)} in the busiest minute`}
        className="bars"
        preserveAspectRatio="none"
        role="img"
        viewBox={`0 0 ${perMinute.length * 4} 40`}
      >
        {perMinute.map((each, index) => {
          const height = each === 0 ? 0.6 : Math.max(1.5, (each / most) * 40);
          return (
            <rect
              // A minute is named by its place.
              key={index}
              className={each === 0 ? "none" : undefined}
              height={height}
              width="3"
              x={index * 4}
              y={40 - height}
            />
          );
        })}
      </svg>
      <p className="quiet spread">
        <span>an hour ago</span>
        <span>now</span>
      </p>
      <p className="quiet">{grouped(total)} in the last hour, or since this gateway started.</p>
    </>
  );
}

function GrowthList({ overview }: { readonly overview: Overview }): ReactElement {
  const { new_contacts: total, tenants } = overview.growth;
  const top = tenants.slice(0, 8);
  const most = top[0]?.new_contacts ?? 1;
  if (top.length === 0) {
    return (
      <EmptyState title="No new contacts in the last seven days.">
        <p>
          A tenant grows when people open its link and send the message in it. Each tenant's page has its
          link.
        </p>
      </EmptyState>
    );
  }
  return (
    <>
      <p>
        <strong className="rate">{grouped(total)}</strong> new {total === 1 ? "contact" : "contacts"} in the
        last seven days
      </p>
      <ol className="growth">
        {top.map(({ tenant_id: id, new_contacts: grown }) => (
          <li key={id}>
            <TenantLink id={id} />
            <span className="number">+{grouped(grown)}</span>
            <meter aria-hidden="true" max={most} min={0} value={grown} />
          </li>
        ))}
      </ol>
    </>
  );
}

function FirstSteps({ overview }: { readonly overview: Overview }): ReactElement {
  const isPaired = overview.waha.session === "WORKING";
  return (
    <Card title="Begin here">
      <ol className="steps">
        <li className={isPaired ? "done" : undefined}>
          {isPaired ? "A phone is paired with the WAHA session." : "Set up the WAHA session: run "}
          {isPaired ? null : <code>npx gateway deploy</code>}
          {isPaired ? null : ", and pair a phone."}
        </li>
        <li>
          <Link to="/tenants?add=1">Add the first tenant</Link> with the URL of its handler.
        </li>
        <li>Give it its link. Whoever writes by it belongs to that tenant from then on.</li>
      </ol>
    </Card>
  );
}
