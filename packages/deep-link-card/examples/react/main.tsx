import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { TenantDeepLink } from "@gateway-router/deep-link-card/react";

const CAMPAIGNS = ["", "instagram", "open-house", "window"];

function Dashboard() {
  const [campaign, setCampaign] = useState("");
  const [lastEvent, setLastEvent] = useState("none yet");
  return (
    <>
      <h1>Dashboard of tenant 2</h1>
      <label>
        Campaign{" "}
        <select value={campaign} onChange={(event) => setCampaign(event.target.value)}>
          {CAMPAIGNS.map((name) => (
            <option key={name} value={name}>
              {name || "none"}
            </option>
          ))}
        </select>
      </label>
      <TenantDeepLink
        gatewayPhone="+971 55 735 7753"
        tenantId={2}
        campaign={campaign || undefined}
        texts={{ heading: campaign ? `Your link for “${campaign}”` : "Your WhatsApp link" }}
        onCopied={(event) => setLastEvent(`copied ${event.detail.url}`)}
        onDownloaded={(event) => setLastEvent(`downloaded ${event.detail.fileName}`)}
      />
      <p>
        Last event: <output>{lastEvent}</output>
      </p>
    </>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Dashboard />
  </StrictMode>,
);
