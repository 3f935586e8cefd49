"use client";

import {
  createElement,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useRef,
  type DetailedHTMLProps,
  type ForwardRefExoticComponent,
  type HTMLAttributes,
  type RefAttributes,
  type RefObject,
} from "react";
import "./index.js";
import type {
  DeepLinkCopied,
  DeepLinkDownloaded,
  TenantDeepLinkElement,
} from "./tenant-deep-link-element.js";
import { textAttribute, type DeepLinkTextName, type DeepLinkTexts } from "./texts.js";

export type { DeepLinkCopied, DeepLinkDownloaded, DeepLinkTexts, TenantDeepLinkElement };

/** Children with `slot="heading"` or `slot="note"` stand in place of these texts. */
export interface TenantDeepLinkProps extends Omit<
  HTMLAttributes<TenantDeepLinkElement>,
  "prefix" | "dangerouslySetInnerHTML"
> {
  /** In any usual form: `+971 55 735 7753`, `00971…`, digits. Not asked for with a `shortUrl`. */
  readonly gatewayPhone?: string | undefined;
  readonly tenantId?: string | number | undefined;
  readonly campaign?: string | undefined;
  /** The gateway's `DEEP_LINK_PREFIX`; left out, it is `start_realty_`. */
  readonly prefix?: string | undefined;
  /** The gateway's short link, shown and encoded in place of the wa.me link. */
  readonly shortUrl?: string | undefined;
  readonly texts?: Partial<DeepLinkTexts> | undefined;
  /** Left out, the card follows the system. */
  readonly theme?: "light" | "dark" | undefined;
  readonly headingLevel?: 1 | 2 | 3 | 4 | 5 | 6 | undefined;
  readonly onCopied?: ((event: CustomEvent<DeepLinkCopied>) => void) | undefined;
  readonly onDownloaded?: ((event: CustomEvent<DeepLinkDownloaded>) => void) | undefined;
}

/**
 * `<tenant-deep-link>` as a React component: the element itself and nothing around it.
 *
 * Everything is handed over as attributes, texts too, so that what a server renders is complete.
 */
export const TenantDeepLink: ForwardRefExoticComponent<
  TenantDeepLinkProps & RefAttributes<TenantDeepLinkElement>
> = forwardRef<TenantDeepLinkElement, TenantDeepLinkProps>(function TenantDeepLink(props, forwardedRef) {
  const { gatewayPhone, tenantId, campaign, prefix, shortUrl, texts, theme, headingLevel, ...others } = props;
  const { onCopied, onDownloaded, className, ...rest } = others;
  const ref = useRef<TenantDeepLinkElement>(null);
  useImperativeHandle(forwardedRef, () => ref.current!, []);
  useElementEvent(ref, "deep-link-copied", onCopied);
  useElementEvent(ref, "deep-link-downloaded", onDownloaded);
  return createElement("tenant-deep-link", {
    ...textAttributesOf(texts),
    ...rest,
    // React 18 hands `className` to custom elements as it is spelt; `class` is right in every version.
    class: className,
    ref,
    "gateway-phone": gatewayPhone,
    "tenant-id": tenantId,
    campaign,
    prefix,
    "short-url": shortUrl,
    theme,
    "heading-level": headingLevel,
  });
});

function textAttributesOf(texts: Partial<DeepLinkTexts> | undefined): Record<string, string | undefined> {
  const entries = Object.entries(texts ?? {}) as [DeepLinkTextName, string | undefined][];
  return Object.fromEntries(entries.map(([name, text]) => [textAttribute(name), text]));
}

/** React 18 has no events of custom elements. */
function useElementEvent<Type extends "deep-link-copied" | "deep-link-downloaded">(
  ref: RefObject<TenantDeepLinkElement | null>,
  type: Type,
  handler: ((event: HTMLElementEventMap[Type]) => void) | undefined,
): void {
  useEffect(() => {
    const element = ref.current;
    if (element === null || handler === undefined) return undefined;
    element.addEventListener(type, handler);
    return () => element.removeEventListener(type, handler);
  }, [ref, type, handler]);
}

interface TenantDeepLinkAttributes {
  readonly "gateway-phone"?: string | undefined;
  readonly "tenant-id"?: string | number | undefined;
  readonly campaign?: string | undefined;
  readonly prefix?: string | undefined;
  readonly "short-url"?: string | undefined;
  readonly theme?: "light" | "dark" | undefined;
  readonly "heading-level"?: string | number | undefined;
  readonly class?: string | undefined;
  readonly [text: `text-${string}`]: string | undefined;
}

/** The element as it is written in JSX without the component. */
export type TenantDeepLinkElementProps = TenantDeepLinkAttributes &
  Omit<DetailedHTMLProps<HTMLAttributes<TenantDeepLinkElement>, TenantDeepLinkElement>, "prefix">;

declare module "react" {
  // JSX is a namespace of React's; there is no other way to add an element to it.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      "tenant-deep-link": TenantDeepLinkElementProps;
    }
  }
}
