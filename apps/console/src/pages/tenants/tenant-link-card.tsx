import { TenantDeepLink } from "@gateway-router/deep-link-card/react";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { api, ApiError } from "../../api/client.js";
import type { DeepLink, Tenant } from "../../api/types.js";
import { CopyButton } from "../../ui/copy-button.js";
import { TextField } from "../../ui/fields.js";
import { Card } from "../../ui/page.js";
import { EmptyState, Loaded } from "../../ui/states.js";

const CAMPAIGN = /^[a-z0-9-]{1,32}$/i;
const TEXTS = { heading: "Link", note: "All messages from people who use this link go to this tenant." };

/** The tenant's link with its QR code, for one of its campaigns where one is named. */
export function TenantLinkCard({ tenant }: { readonly tenant: Tenant }): ReactElement {
  const [text, setText] = useState("");
  const campaign = text.trim();
  const isFit = campaign === "" || CAMPAIGN.test(campaign);
  const link = useQuery({
    queryKey: ["tenant-link", tenant.id, isFit ? campaign.toLowerCase() : ""],
    queryFn: () =>
      api.get<DeepLink>(`/tenants/${tenant.id}/deep-link`, {
        query: isFit && campaign !== "" ? { campaign } : {},
      }),
  });
  if (!tenant.active) {
    return (
      <Card title="Link">
        <EmptyState title="An inactive tenant's link leads nowhere.">
          <p>Activate the tenant, and its link works again.</p>
        </EmptyState>
      </Card>
    );
  }
  if (
    link.data === undefined &&
    link.error instanceof ApiError &&
    link.error.code === "phone_number_unknown"
  ) {
    return (
      <Card title="Link">
        <EmptyState title="The shared number is not known yet.">
          <p>
            The link is here once a phone is paired with the WAHA session, or GATEWAY_PHONE_NUMBER is set.
          </p>
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title="Link">
      <Loaded query={link}>
        {({ short_url: shortUrl, url }) => (
          <>
            <TenantDeepLink className="deep-link" headingLevel={3} shortUrl={shortUrl} texts={TEXTS} />
            <p className="straight">
              <span className="quiet">Straight to WhatsApp, without the gateway in between:</span>{" "}
              <code>{url}</code> <CopyButton text={url} what="the link straight to WhatsApp" />
            </p>
          </>
        )}
      </Loaded>
      <TextField
        description="Contacts who come by it are counted under its name. Letters, digits and -."
        error={isFit ? undefined : "It must be 1 to 32 letters, digits or -."}
        label="For a campaign"
        maxLength={32}
        placeholder="instagram"
        value={text}
        onChange={setText}
      />
    </Card>
  );
}
