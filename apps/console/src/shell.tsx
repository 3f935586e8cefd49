import { useState, type ReactElement } from "react";
import { NavLink, Outlet } from "react-router";
import { useLive } from "./live/live-context.js";
import { useSession } from "./session/session-context.js";
import { SessionOverDialog } from "./session/session-over-dialog.js";
import { Badge } from "./ui/badge.js";
import { Button } from "./ui/fields.js";
import { clockText, grouped, phoneText } from "./ui/formats.js";
import { Logo } from "./ui/logo.js";
import { ThemeChoice } from "./ui/theme-choice.js";

const PAGES = [
  { to: "/", label: "Overview" },
  { to: "/tenants", label: "Tenants" },
  { to: "/contacts", label: "Contacts" },
  { to: "/deliveries", label: "Deliveries" },
  { to: "/explain", label: "Explain" },
  { to: "/audit", label: "Audit" },
];

/** What stands around every page: where one can go, whether the gateway is there, and who is signed in. */
export function Shell(): ReactElement {
  const { state, signOut } = useSession();
  const { overview } = useLive();
  const [isOpen, setOpen] = useState(false);
  const session = state.kind === "signed_in" ? state.session : undefined;
  const dead = (overview?.deliveries.dead ?? 0) + (overview?.replies.dead ?? 0);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="side">
        <div className="brand">
          <Logo />
          <div>
            <strong>Gateway</strong>
            <span className="quiet number">
              {overview?.phone_number == null ? "console" : phoneText(overview.phone_number)}
            </span>
          </div>
          <span className="menu-button">
            <Button aria-controls="menu" aria-expanded={isOpen} isSmall onPress={() => setOpen(!isOpen)}>
              {isOpen ? "Close" : "Menu"}
            </Button>
          </span>
        </div>
        <div className={`menu${isOpen ? " open" : ""}`} id="menu">
          <nav aria-label="Pages">
            <ul>
              {PAGES.map(({ to, label }) => (
                <li key={to}>
                  <NavLink end={to === "/"} to={to} onClick={() => setOpen(false)}>
                    {label}
                    {label === "Deliveries" && dead > 0 ? (
                      <Badge tone="bad">{grouped(dead)} dead</Badge>
                    ) : null}
                  </NavLink>
                </li>
              ))}
            </ul>
          </nav>
          <div className="side-foot">
            <Connection />
            <ThemeChoice />
            <div className="who">
              <span>
                {session?.name}
                {session?.role === "read" ? <Badge>read only</Badge> : null}
              </span>
              <Button isSmall kind="plain" onPress={() => void signOut()}>
                Sign out
              </Button>
            </div>
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <GoneNote />
        <Outlet />
      </main>
      <SessionOverDialog />
    </div>
  );
}

function Connection(): ReactElement {
  const { connection } = useLive();
  return (
    <span className={`connection ${connection}`} role="status">
      <i aria-hidden="true" />
      {connection === "live" ? "Live" : connection === "gone" ? "Not connected" : "Connecting…"}
    </span>
  );
}

function GoneNote(): ReactElement | null {
  const { connection, heardAtMs } = useLive();
  if (connection !== "gone") return null;
  return (
    <div className="note warning" role="alert">
      <p>
        <strong>The connection to the gateway is gone.</strong>{" "}
        {heardAtMs === undefined ? "" : `What you see is as it was at ${clockText(heardAtMs)}. `}
        It is tried again by itself; what you typed stays.
      </p>
    </div>
  );
}
