const CSS = `
:host {
  --_background: var(--tenant-deep-link-background, light-dark(#ffffff, #17201c));
  --_color: var(--tenant-deep-link-color, light-dark(#15211b, #e9f0ec));
  --_muted: var(--tenant-deep-link-muted-color, light-dark(#4b5a53, #adbcb4));
  --_border: var(--tenant-deep-link-border-color, light-dark(#d5ddd9, #35433c));
  --_field: var(--tenant-deep-link-field-background, light-dark(#f5f8f6, #0f1613));
  --_outline: var(--tenant-deep-link-control-border-color, light-dark(#75847c, #78897f));
  --_accent: var(--tenant-deep-link-accent-color, light-dark(#0b6b4f, #57d3a4));
  --_on-accent: var(--tenant-deep-link-on-accent-color, light-dark(#ffffff, #06251a));
  --_focus: var(--tenant-deep-link-focus-color, light-dark(#0b57d0, #a8c7fa));
  --_error: var(--tenant-deep-link-error-color, light-dark(#a3160f, #ffb4ab));
  --_radius: var(--tenant-deep-link-radius, 12px);
  --_qr-size: var(--tenant-deep-link-qr-size, 10rem);
  color-scheme: light dark;
  display: block;
  max-inline-size: var(--tenant-deep-link-max-width, 36rem);
}
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([hidden]), [hidden] { display: none !important; }
*, ::before { box-sizing: border-box; }

.card {
  background: var(--_background);
  border: 1px solid var(--_border);
  border-radius: var(--_radius);
  color: var(--_color);
  font: var(--tenant-deep-link-font, 400 1rem/1.5 system-ui, sans-serif);
  padding: var(--tenant-deep-link-padding, 1.25rem);
}
.heading { font-size: 1.125em; font-weight: 650; line-height: 1.35; margin-block-end: .75em; overflow-wrap: anywhere; }
.label { display: block; font-size: .875em; font-weight: 550; margin-block-end: .375em; }
.row { align-items: flex-start; display: flex; flex-wrap: wrap; gap: .5rem; }

.url {
  background: var(--_field);
  border: 1px solid var(--_outline);
  border-radius: calc(var(--_radius) * .66);
  color: inherit;
  /* As high as the link needs, in two rows where a browser can't tell. */
  field-sizing: content;
  flex: 999 1 17rem;
  font: inherit;
  font-size: .9375em;
  min-inline-size: 0;
  overflow-wrap: anywhere;
  padding: calc((2.75rem - 1.5em) / 2 - 1px) .75em;
  resize: none;
}
button {
  align-items: center;
  background: transparent;
  border: 1px solid var(--_outline);
  border-radius: calc(var(--_radius) * .66);
  color: var(--_color);
  cursor: pointer;
  display: inline-flex;
  flex: 1 0 auto;
  font: inherit;
  font-size: .9375em;
  font-weight: 550;
  gap: .5em;
  justify-content: center;
  max-inline-size: 100%;
  min-block-size: 2.75rem;
  padding: .4em 1em;
}
button:hover { background: color-mix(in srgb, var(--_color) 8%, transparent); }
.copy { background: var(--_accent); border-color: var(--_accent); color: var(--_on-accent); }
.copy:hover { background: color-mix(in srgb, var(--_accent) 88%, var(--_color)); }
.url:focus-visible, button:focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px; }

.icon { block-size: 1.2em; fill: none; flex: none; inline-size: 1.2em; stroke: currentColor; stroke-linecap: round; stroke-linejoin: round; stroke-width: 2; }
.check, .copied .duplicate { display: none; }
.copied .check { display: block; }

.status { color: var(--_color); font-size: .875em; margin: .375em 0; min-block-size: 1.5em; overflow-wrap: anywhere; }
.share { align-items: center; display: flex; flex-wrap: wrap; gap: 1rem 1.25rem; }
.qr {
  block-size: var(--_qr-size);
  border: 1px solid var(--_border);
  border-radius: calc(var(--_radius) * .66);
  flex: none;
  forced-color-adjust: none;
  inline-size: var(--_qr-size);
  margin-inline: auto;
  max-inline-size: 100%;
}
.beside { flex: 1 1 14rem; min-inline-size: 0; }
.note { color: var(--_muted); margin: 0 0 1em; overflow-wrap: anywhere; }

.error { border-inline-start: 4px solid var(--_error); padding-inline-start: .875em; }
.error p { color: var(--_error); font-weight: 650; margin: 0 0 .25em; }
.error ul { list-style: none; margin: 0; padding: 0; }
.error li { overflow-wrap: anywhere; }

@media (forced-colors: active) {
  .copy { border-color: ButtonBorder; }
  .url:focus-visible, button:focus-visible { outline-color: Highlight; }
}
@media print { button, .status { display: none; } }
`;

let sheet: CSSStyleSheet | undefined;

/**
 * One sheet for all cards of a page. It is constructed, which a strict Content-Security-Policy allows. Where that
 * can't be done, as in the DOM of most test runners, the card is without style and works.
 */
export function adoptCardStyles(root: ShadowRoot): void {
  if (typeof CSSStyleSheet === "undefined" || !("replaceSync" in CSSStyleSheet.prototype)) return;
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  root.adoptedStyleSheets = [sheet];
}
