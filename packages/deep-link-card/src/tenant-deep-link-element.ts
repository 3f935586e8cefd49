import { adoptCardStyles } from "./card-styles.js";
import { CardView } from "./card-view.js";
import { qrModules, type QrModules } from "./qr-code.js";
import { qrPng } from "./qr-png.js";
import { qrSvg } from "./qr-svg.js";
import { resolveDeepLink, type DeepLinkFault, type DeepLinkResolution } from "./resolve-deep-link.js";
import { saveFile } from "./save-file.js";
import { resolveTexts, textAttributes, type DeepLinkTextName, type DeepLinkTexts } from "./texts.js";

export interface DeepLinkCopied {
  readonly url: string;
}

export interface DeepLinkDownloaded {
  readonly url: string;
  readonly format: QrFormat;
  readonly fileName: string;
}

export type QrFormat = "svg" | "png";

const LINK_ATTRIBUTES = ["gateway-phone", "tenant-id", "campaign", "prefix", "short-url"];
const PROPERTIES = [
  "gatewayPhone",
  "tenantId",
  "campaign",
  "prefix",
  "shortUrl",
  "theme",
  "headingLevel",
  "texts",
];

const FAULT_TEXTS: Readonly<Record<DeepLinkFault, DeepLinkTextName>> = {
  gatewayPhone: "invalidGatewayPhone",
  tenantId: "invalidTenantId",
  campaign: "invalidCampaign",
  prefix: "invalidPrefix",
  shortUrl: "invalidShortUrl",
};

/** On a server there are no elements; the class can be imported there all the same. */
const ElementBase =
  typeof HTMLElement === "undefined" ? (Object as unknown as typeof HTMLElement) : HTMLElement;

/**
 * `<tenant-deep-link>`: a tenant's link with a button to copy it and its QR code to download.
 *
 * Attributes set in one go make one new rendering, in a microtask. Nothing that they say makes it throw.
 */
export class TenantDeepLinkElement extends ElementBase {
  static get observedAttributes(): string[] {
    return [...LINK_ATTRIBUTES, "heading-level", ...textAttributes()];
  }

  private readonly view: CardView;
  private ownTexts: Partial<DeepLinkTexts> = {};
  private isRenderingDue = false;
  private qr: { readonly url: string; readonly modules: QrModules } | undefined;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    adoptCardStyles(root);
    this.view = new CardView({
      root,
      onCopy: () => void this.copy(),
      onDownload: (format) => void this.download(format),
    });
  }

  connectedCallback(): void {
    PROPERTIES.forEach((name) => this.takeOver(name));
    this.scheduleRendering();
  }

  disconnectedCallback(): void {
    this.view.clearStatus();
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before !== after) this.scheduleRendering();
  }

  /** The link as it is shown; nothing while an attribute is missing or wrong. */
  get url(): string | undefined {
    const link = this.resolve();
    return link.kind === "link" ? link.url : undefined;
  }

  /** Texts that replace the default ones; they go before the `text-…` attributes. */
  get texts(): Partial<DeepLinkTexts> {
    return this.ownTexts;
  }

  set texts(texts: Partial<DeepLinkTexts> | null | undefined) {
    this.ownTexts = { ...texts };
    this.scheduleRendering();
  }

  get gatewayPhone(): string | null {
    return this.getAttribute("gateway-phone");
  }

  set gatewayPhone(value: string | null | undefined) {
    this.reflect("gateway-phone", value);
  }

  get tenantId(): string | null {
    return this.getAttribute("tenant-id");
  }

  set tenantId(value: string | number | null | undefined) {
    this.reflect("tenant-id", value);
  }

  get campaign(): string | null {
    return this.getAttribute("campaign");
  }

  set campaign(value: string | null | undefined) {
    this.reflect("campaign", value);
  }

  // Every element has a `prefix`, which can't be set; frameworks that find a property do not set the attribute.
  override get prefix(): string | null {
    return this.getAttribute("prefix");
  }

  override set prefix(value: string | null | undefined) {
    this.reflect("prefix", value);
  }

  get shortUrl(): string | null {
    return this.getAttribute("short-url");
  }

  set shortUrl(value: string | null | undefined) {
    this.reflect("short-url", value);
  }

  get theme(): string | null {
    return this.getAttribute("theme");
  }

  /** `light` or `dark`; otherwise the card follows the system. */
  set theme(value: string | null | undefined) {
    this.reflect("theme", value);
  }

  /** 1 to 6: where the card's heading stands among the page's. */
  get headingLevel(): number {
    const level = Number(this.getAttribute("heading-level"));
    return Number.isInteger(level) && level >= 1 && level <= 6 ? level : 2;
  }

  set headingLevel(value: string | number | null | undefined) {
    this.reflect("heading-level", value);
  }

  /** Resolves to whether the link is in the clipboard; where that is refused, it is selected instead. */
  async copy(): Promise<boolean> {
    this.render();
    const { url } = this;
    if (url === undefined) return false;
    const texts = this.resolveTexts();
    try {
      // Pages without https have no clipboard at all, which ends here as well.
      await navigator.clipboard.writeText(url);
    } catch {
      this.view.selectLink();
      this.view.say(texts.copyRefused);
      return false;
    }
    this.view.confirmCopy(texts.copied);
    this.tell("deep-link-copied", { url });
    return true;
  }

  /** Resolves to whether the QR code was handed to the browser as a file. */
  async download(format: QrFormat): Promise<boolean> {
    const link = this.resolve();
    if (link.kind !== "link") return false;
    const texts = this.resolveTexts();
    const modules = this.modules(link.url);
    const content =
      format === "svg" ? new Blob([qrSvg(modules)], { type: "image/svg+xml" }) : await qrPng(modules);
    if (content === undefined) {
      this.view.say(texts.downloadRefused);
      return false;
    }
    const fileName = `${link.fileName}.${format}`;
    saveFile(content, fileName);
    this.view.confirm(texts.downloaded.replaceAll("{file}", () => fileName));
    this.tell("deep-link-downloaded", { url: link.url, format, fileName });
    return true;
  }

  private scheduleRendering(): void {
    if (this.isRenderingDue || !this.isConnected) return;
    this.isRenderingDue = true;
    queueMicrotask(() => {
      if (this.isRenderingDue) this.render();
    });
  }

  private render(): void {
    this.isRenderingDue = false;
    const texts = this.resolveTexts();
    const link = this.resolve();
    this.view.showTexts(texts, this.headingLevel);
    if (link.kind === "link") this.view.showLink(link.url, this.modules(link.url));
    else
      this.view.showFaults(
        texts.unavailable,
        link.faults.map((fault) => texts[FAULT_TEXTS[fault]]),
      );
  }

  private resolve(): DeepLinkResolution {
    return resolveDeepLink(this);
  }

  private resolveTexts(): DeepLinkTexts {
    return resolveTexts(this.ownTexts, (name) => this.getAttribute(name));
  }

  private modules(url: string): QrModules {
    if (this.qr?.url !== url) this.qr = { url, modules: qrModules(url) };
    return this.qr.modules;
  }

  private tell(type: string, detail: DeepLinkCopied | DeepLinkDownloaded): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  private reflect(attribute: string, value: string | number | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(attribute);
    else this.setAttribute(attribute, String(value));
  }

  /** A property that was set before the element was defined hides the accessor of its name. */
  private takeOver(name: string): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tenant-deep-link": TenantDeepLinkElement;
  }
  interface HTMLElementEventMap {
    "deep-link-copied": CustomEvent<DeepLinkCopied>;
    "deep-link-downloaded": CustomEvent<DeepLinkDownloaded>;
  }
}
