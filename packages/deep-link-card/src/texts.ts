/** All that the card says. Each can be replaced, by the `texts` property or by an attribute. */
export interface DeepLinkTexts {
  readonly heading: string;
  readonly linkLabel: string;
  readonly copy: string;
  readonly copied: string;
  /** Said when the browser refuses the clipboard; the link is selected then. */
  readonly copyRefused: string;
  /** What a screen reader calls the QR code. */
  readonly qrCode: string;
  readonly downloadSvg: string;
  readonly downloadPng: string;
  /** `{file}` stands for the file's name. */
  readonly downloaded: string;
  readonly downloadRefused: string;
  readonly note: string;
  /** Stands above what is wrong with the attributes. */
  readonly unavailable: string;
  readonly invalidGatewayPhone: string;
  readonly invalidTenantId: string;
  readonly invalidCampaign: string;
  readonly invalidPrefix: string;
  readonly invalidShortUrl: string;
}

export const DEFAULT_TEXTS: DeepLinkTexts = {
  heading: "Your WhatsApp link",
  linkLabel: "Link to share",
  copy: "Copy link",
  copied: "Link copied",
  copyRefused: "The browser did not allow copying. The link is selected: copy it with Ctrl+C or ⌘C.",
  qrCode: "QR code of the link",
  downloadSvg: "Download SVG",
  downloadPng: "Download PNG",
  downloaded: "Downloading {file}",
  downloadRefused: "The browser did not allow making the PNG. Download the SVG instead.",
  note: "All messages from people who use this link go to this tenant.",
  unavailable: "This link cannot be shown",
  invalidGatewayPhone: "“gateway-phone” must be an international phone number, such as +971 55 735 7753.",
  invalidTenantId: "“tenant-id” must be a positive whole number, such as 2.",
  invalidCampaign: "“campaign” must be 1 to 32 letters a to z, digits or hyphens.",
  invalidPrefix:
    "“prefix” must be the text that the gateway expects before the tenant id, such as start_realty_.",
  invalidShortUrl: "“short-url” must be a complete web address, such as https://gateway.example/l/2.",
};

export type DeepLinkTextName = keyof DeepLinkTexts;

const NAMES = Object.keys(DEFAULT_TEXTS) as DeepLinkTextName[];

/** The attribute that replaces a text: `text-copy-refused` for `copyRefused`. */
export function textAttribute(name: DeepLinkTextName): string {
  return `text-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function textAttributes(): string[] {
  return NAMES.map(textAttribute);
}

/** The texts in force: the property before the attribute before the default. */
export function resolveTexts(
  property: Partial<DeepLinkTexts>,
  attribute: (name: string) => string | null,
): DeepLinkTexts {
  const texts = NAMES.map((name) => {
    const own: unknown = property[name];
    const text = typeof own === "string" ? own : attribute(textAttribute(name));
    return [name, text ?? DEFAULT_TEXTS[name]];
  });
  return Object.fromEntries(texts) as DeepLinkTexts;
}
