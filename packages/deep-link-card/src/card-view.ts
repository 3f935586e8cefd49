import { html, icon, svg } from "./dom.js";
import { qrPath, type QrModules } from "./qr-code.js";
import type { DeepLinkTexts } from "./texts.js";

const DUPLICATE = "M9 9h11v11H9zM5 15H4V4h11v1";
const CHECK = "m5 12.5 4.5 4.5L19 7.5";
const DOWNLOAD = "M12 4v11m-5-5 5 5 5-5M5 20h14";

/** How long the copy button shows its check mark, and how long a confirmation stays to be read. */
const CHECK_MARK_MS = 2_500;
const CONFIRMATION_MS = 8_000;

export interface CardViewOptions {
  readonly root: ShadowRoot;
  readonly onCopy: () => void;
  readonly onDownload: (format: "svg" | "png") => void;
}

/** The card's elements. They are made once and changed in place, so that focus and selection outlast a change. */
export class CardView {
  private readonly headingSlot = html("slot", { name: "heading" });
  private readonly heading = html(
    "div",
    { id: "heading", class: "heading", part: "heading", role: "heading" },
    this.headingSlot,
  );
  private readonly linkLabel = html("label", { class: "label", part: "link-label", for: "link" });
  // An area and not an input, since a link that is cut off can't be told from another one.
  private readonly link = html("textarea", {
    id: "link",
    class: "url",
    part: "link",
    rows: "2",
    // A URL reads from left to right in every language.
    dir: "ltr",
    spellcheck: "false",
    autocomplete: "off",
    readonly: "",
  });
  private readonly copyText = html("span");
  private readonly copyButton = html(
    "button",
    { type: "button", class: "copy", part: "button copy" },
    icon("duplicate", DUPLICATE),
    icon("check", CHECK),
    this.copyText,
  );
  private readonly status = html("p", {
    class: "status",
    part: "status",
    role: "status",
    "aria-live": "polite",
  });
  private readonly qrBackground = svg("path", { fill: "#fff" });
  private readonly qrForeground = svg("path", { fill: "#000" });
  private readonly qr = svg(
    "svg",
    { class: "qr", part: "qr", role: "img", "shape-rendering": "crispEdges" },
    this.qrBackground,
    this.qrForeground,
  );
  private readonly noteSlot = html("slot", { name: "note" });
  private readonly downloadSvgText = html("span");
  private readonly downloadSvgButton = html(
    "button",
    { type: "button", part: "button download download-svg" },
    icon("save", DOWNLOAD),
    this.downloadSvgText,
  );
  private readonly downloadPngText = html("span");
  private readonly downloadPngButton = html(
    "button",
    { type: "button", part: "button download download-png" },
    icon("save", DOWNLOAD),
    this.downloadPngText,
  );
  private readonly downloads = html(
    "div",
    { class: "row", part: "downloads", role: "group" },
    this.downloadSvgButton,
    this.downloadPngButton,
  );
  private readonly sharing = html(
    "div",
    {},
    this.linkLabel,
    html("div", { class: "row" }, this.link, this.copyButton),
    this.status,
    html(
      "div",
      { class: "share" },
      this.qr,
      html(
        "div",
        { class: "beside" },
        html("p", { class: "note", part: "note" }, this.noteSlot),
        this.downloads,
      ),
    ),
  );
  private readonly errorTitle = html("p");
  private readonly errorList = html("ul", { role: "list" });
  private readonly error = html(
    "div",
    { class: "error", part: "error", role: "alert", hidden: "" },
    this.errorTitle,
    this.errorList,
  );

  private checkMarkTimer: ReturnType<typeof setTimeout> | undefined;
  private confirmationTimer: ReturnType<typeof setTimeout> | undefined;

  constructor({ root, onCopy, onDownload }: CardViewOptions) {
    this.copyButton.addEventListener("click", onCopy);
    this.downloadSvgButton.addEventListener("click", () => onDownload("svg"));
    this.downloadPngButton.addEventListener("click", () => onDownload("png"));
    this.link.addEventListener("focus", () => this.link.select());
    // The click that brings the focus puts the caret somewhere after that.
    this.link.addEventListener("click", () => {
      if (this.link.selectionStart === this.link.selectionEnd) this.link.select();
    });
    root.append(
      html(
        "div",
        { class: "card", part: "card", role: "group", "aria-labelledby": "heading" },
        this.heading,
        this.sharing,
        this.error,
      ),
    );
  }

  showTexts(texts: DeepLinkTexts, headingLevel: number): void {
    this.heading.setAttribute("aria-level", String(headingLevel));
    this.headingSlot.textContent = texts.heading;
    this.linkLabel.textContent = texts.linkLabel;
    this.copyText.textContent = texts.copy;
    this.qr.setAttribute("aria-label", texts.qrCode);
    this.noteSlot.textContent = texts.note;
    this.downloads.setAttribute("aria-label", texts.qrCode);
    this.downloadSvgText.textContent = texts.downloadSvg;
    this.downloadPngText.textContent = texts.downloadPng;
  }

  showLink(url: string, modules: QrModules): void {
    const size = modules.length;
    this.error.hidden = true;
    this.sharing.hidden = false;
    if (this.link.value !== url) this.clearStatus();
    this.link.value = url;
    this.qr.setAttribute("viewBox", `0 0 ${size} ${size}`);
    this.qrBackground.setAttribute("d", `M0 0h${size}v${size}H0z`);
    this.qrForeground.setAttribute("d", qrPath(modules));
  }

  showFaults(title: string, faults: readonly string[]): void {
    this.clearStatus();
    this.link.value = "";
    this.sharing.hidden = true;
    this.errorTitle.textContent = title;
    this.errorList.replaceChildren(...faults.map((fault) => html("li", {}, fault)));
    this.error.hidden = false;
  }

  selectLink(): void {
    this.link.focus();
    this.link.select();
  }

  confirmCopy(text: string): void {
    this.confirm(text);
    this.copyButton.classList.add("copied");
    this.checkMarkTimer = setTimeout(() => this.copyButton.classList.remove("copied"), CHECK_MARK_MS);
  }

  confirm(text: string): void {
    this.say(text);
    this.confirmationTimer = setTimeout(() => this.clearStatus(), CONFIRMATION_MS);
  }

  /** Says what the person has to do something about, so it stays until something else happens. */
  say(text: string): void {
    const isRepeated = this.status.textContent === text;
    this.clearStatus();
    // A screen reader passes over a text that is the same as before; a space at its end makes it another.
    this.status.textContent = isRepeated ? `${text}\u00a0` : text;
  }

  clearStatus(): void {
    clearTimeout(this.checkMarkTimer);
    clearTimeout(this.confirmationTimer);
    this.copyButton.classList.remove("copied");
    this.status.textContent = "";
  }
}
